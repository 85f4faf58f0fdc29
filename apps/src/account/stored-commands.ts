import type { CommandStorage } from '@rideline/sdk/rider';
import type { AppRole } from './account.ts';

/** Commands that the server has not confirmed survive a closed window: the next start sends them again, each with one effect. */
export function storedCommands(role: AppRole, storage: Storage = localStorage): CommandStorage {
  const key = `rideline.${role}.commands`;
  return {
    load: async () => storage.getItem(key),
    save: async (text) => storage.setItem(key, text),
  };
}
