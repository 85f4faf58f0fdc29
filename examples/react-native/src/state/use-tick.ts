import { useEffect, useReducer } from 'react';

/** Renders the component again every `everyMs`: for ages and countdowns, which change by themselves. */
export function useTick(everyMs: number): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
