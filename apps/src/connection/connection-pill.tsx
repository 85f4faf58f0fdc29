import type { ConnectionState } from '@rideline/sdk/rider';
import type { TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';

/** What a connection is for a person: live, on its way, or over. */
export function connectionKind(state: ConnectionState): 'live' | 'waiting' | 'over' {
  if (state.kind === 'connected') return 'live';
  return state.kind === 'stopped' ? 'over' : 'waiting';
}

function textKey(state: ConnectionState): TextKey {
  switch (state.kind) {
    case 'connected':
      return 'connection.live';
    case 'idle':
    case 'connecting':
      return 'connection.connecting';
    case 'waiting':
      return 'connection.waiting';
    case 'stopped':
      return state.advice?.code === 'CONNECTION_REPLACED' ? 'connection.replaced' : 'connection.stopped';
  }
}

interface Props {
  readonly state: ConnectionState;
  readonly onConnect: () => void;
}

/** Says in the bar whether what is shown is current; a connection that the server has ended can be opened again. */
export function ConnectionPill({ state, onConnect }: Props) {
  const { text } = useWords();
  const kind = connectionKind(state);
  return (
    <div className={`pill pill-${kind}`} role="status">
      <span className="pill-dot" aria-hidden="true" />
      <span>{text(textKey(state))}</span>
      {kind === 'over' && (
        <button type="button" className="link-button" onClick={onConnect}>
          {text('connection.stopped.again')}
        </button>
      )}
    </div>
  );
}
