/**
 * Address of the front port. `localhost` is the computer for the iOS simulator, and for Android after `adb reverse tcp:8080 tcp:8080`. A
 * deployment: `https://fleet.example.com`.
 */
export const SERVER_URL = 'http://localhost:8080';
