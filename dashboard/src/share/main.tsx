import { render } from 'preact';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/base-map.css';
import '../styles/share.css';
import { localPageStorage } from '../page/page-storage.ts';
import { themeSwitch } from '../page/theme.ts';
import { FollowShare } from './follow-share.ts';
import { ShareApp } from './share-app.tsx';

const container = document.getElementById('page');
if (container === null) throw new Error('share.html has no #page');
const theme = themeSwitch(
  document.documentElement,
  localPageStorage,
  matchMedia('(prefers-color-scheme: dark)'),
);
const share = new FollowShare(location.pathname.split('/').at(-1) ?? '', () => performance.now());
container.replaceChildren();
render(<ShareApp share={share} theme={theme.theme} />, container);
share.start();
addEventListener('online', () => share.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') share.wake();
});
