import { render } from 'preact';
import { config } from 'zod';
import './styles/tokens.css';
import './styles/base.css';
import './styles/strip.css';
import './styles/list.css';
import './styles/base-map.css';
import './styles/map.css';
import './styles/drawer.css';
import './styles/trips.css';
import './styles/documents.css';
import './styles/sign-in.css';
import './styles/narrow.css';
import { localPageStorage } from './page/page-storage.ts';
import { Root } from './page/root.tsx';
import { themeSwitch } from './page/theme.ts';

// Without this, zod compiles its checks with `new Function`, which violates the page's Content-Security-Policy.
config({ jitless: true });

const container = document.getElementById('page');
if (container === null) throw new Error('index.html has no #page');
const theme = themeSwitch(
  document.documentElement,
  localPageStorage,
  matchMedia('(prefers-color-scheme: dark)'),
);
container.replaceChildren();
render(<Root theme={theme} />, container);
