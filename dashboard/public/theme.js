// Sets the theme before the first paint: the operator's selection, else the system's. Not in the bundle, because a module runs
// after that paint. See src/page/theme.ts.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('rideline.theme');
  } catch {
    // The browser blocks cookies and, with them, every storage.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
}
