/** How the SDK names itself to the server and in diagnostics. A test compares the version with package.json. */
export const SDK_NAME = 'rideline-js/0.1.0';
