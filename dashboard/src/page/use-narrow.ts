import { useEffect, useState } from 'preact/hooks';

/** Below this width list and map are two tabs. styles/narrow.css has the same number. */
const NARROW = '(max-width: 1023px)';

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const update = () => setNarrow(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  return narrow;
}
