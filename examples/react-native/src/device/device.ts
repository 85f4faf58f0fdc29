import type {
  AliveStorage,
  AppStateSource,
  LocationSource,
  NetworkSource,
  SdkStorage,
} from '@rideline/sdk/driver';

export type Role = 'driver' | 'rider';

/** The phone's secure storage. It holds the session of one person at a time. */
export interface TokenVault {
  read(): Promise<{ readonly role: Role; readonly refreshToken: string } | null>;
  write(role: Role, refreshToken: string): Promise<void>;
  clear(): Promise<void>;
}

/** Small settings that survive the app. */
export interface Settings extends AliveStorage {
  get(): Promise<string | null>;
  set(text: string): Promise<void>;
}

/** What the app needs of the phone. Only `native-device.ts` imports native modules, so that everything else runs without a phone. */
export interface Device {
  readonly url: string;
  readonly network: NetworkSource;
  readonly appState: AppStateSource;
  readonly tokens: TokenVault;
  /** Whether the driver was online when the app ended. */
  readonly online: Settings;
  /** By which the SDK's health report knows that an earlier start of the app was killed. */
  readonly alive: Settings;
  /** Fixes and commands that the server has not confirmed. A new database after each `wipe`. */
  storage(): SdkStorage;
  location(): LocationSource;
  /** Asks for the permission where the person has not answered yet. false: they have refused. */
  askForLocation(): Promise<boolean>;
}
