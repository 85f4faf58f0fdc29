/** `node webpack.mjs PROJECT ENTRY OUT`: a web app as webpack makes it for production. */
import webpack from 'webpack';

const [context, entry, path] = process.argv.slice(2);
const compiler = webpack({
  mode: 'production',
  target: 'web',
  context,
  entry,
  output: { path, filename: 'app.js' },
  performance: false,
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) {
    console.error(stats.toString('errors-warnings'));
    process.exitCode = 1;
  }
  compiler.close((failure) => {
    if (failure) throw failure;
  });
});
