import * as Keychain from 'react-native-keychain';
import type { Role, TokenVault } from './device.ts';

const SERVICE = 'rideline';

/** Keychain on iOS, Keystore on Android. Readable from the first unlock on: a phone in a pocket refreshes its session too. */
export const tokenVault: TokenVault = {
  async read() {
    const found = await Keychain.getGenericPassword({ service: SERVICE });
    return found === false ? null : { role: found.username as Role, refreshToken: found.password };
  },
  async write(role, refreshToken) {
    const accessible = Keychain.ACCESSIBLE.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY;
    const stored = await Keychain.setGenericPassword(role, refreshToken, { service: SERVICE, accessible });
    // The SDK hands out no token whose refresh token is not stored.
    if (stored === false) throw new Error('the keychain has not stored the session');
  },
  async clear() {
    await Keychain.resetGenericPassword({ service: SERVICE });
  },
};
