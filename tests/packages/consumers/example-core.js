/** The example app without its screens, on a phone made of memory: signs in by the stored session, goes online, takes a fix, and signs out. */
import { memoryStorage } from '@rideline/sdk';
import { RunningApp } from './src/running-app.ts';

const say = typeof print === 'function' ? print : console.log;
const silent = { subscribe: () => () => undefined };
const setting = (text) => ({
  get: async () => text,
  set: async (next) => {
    text = next;
  },
});

async function run(role) {
  let stored = { role, refreshToken: 'stored' };
  let onSamples;
  const location = {
    start: (handlers) => {
      onSamples = handlers.onSamples;
    },
    stop: () => undefined,
  };
  const device = {
    url: 'http://127.0.0.1:9',
    network: silent,
    appState: silent,
    tokens: {
      read: async () => stored,
      write: async () => undefined,
      clear: async () => {
        stored = null;
      },
    },
    online: setting('yes'),
    alive: setting(null),
    storage: memoryStorage,
    location: () => location,
    askForLocation: async () => true,
  };
  const app = new RunningApp(device);
  await app.start();
  const { kind, client } = app.state.get();
  const facts = { kind };
  if (kind === 'driver') {
    await client.start();
    onSamples([{ lat: 37.7694, lng: -122.4862, timestamp: Date.now() }]);
    Object.assign(facts, { isOnline: client.view.get().isOnline, held: client.driver.stats().held });
  } else {
    client.rider.follow('trip-1');
    facts.following = client.rider.stats().following;
  }
  await app.signOut();
  return { ...facts, after: app.state.get().kind, stored };
}

run('driver')
  .then(async (driver) => say(JSON.stringify([driver, await run('rider')])))
  .catch((error) => say(String(error.stack)));
