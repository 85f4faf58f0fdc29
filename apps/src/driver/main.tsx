import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../styles/app.css';
import { AppRoot } from '../account/app-root.tsx';
import { followLanguage } from '../language/page-language.ts';
import { registerServiceWorker } from '../offline/register.ts';
import { themeSetting } from '../settings/theme.ts';
import { ErrorBoundary } from '../widgets/error-boundary.tsx';
import { DriverApp } from './driver-app.tsx';

const container = document.getElementById('app');
if (container === null) throw new Error('index.html has no #app');
themeSetting();
followLanguage('app.driver');
registerServiceWorker('driver');
createRoot(container).render(
  <StrictMode>
    <ErrorBoundary>
      <AppRoot app="driver">
        {(signedIn, city, onSignOut) => <DriverApp signedIn={signedIn} city={city} onSignOut={onSignOut} />}
      </AppRoot>
    </ErrorBoundary>
  </StrictMode>,
);
