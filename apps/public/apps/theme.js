// Sets the theme before the first paint: the selection of this browser, else the system's. Not in the bundle, because a module runs after
// that paint. See src/settings/theme.ts.
{
  const chosen = localStorage.getItem('rideline.theme');
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
}
