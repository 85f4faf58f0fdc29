import { useState } from 'react';
import { errorText } from '../account/error-text.ts';

/** One piece of work of a screen at a time, and what a person is shown when it fails. */
export function useWork() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  async function run(work: () => Promise<void>): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, error, run };
}
