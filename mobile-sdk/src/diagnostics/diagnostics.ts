import { PROTOCOL } from '@rideline/contract';
import type { AppPhase } from '../app-state/app-state.ts';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { WakeSignals } from '../connection/wake-signals.ts';
import type { NetworkHint } from '../network/network.ts';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import type { RecordedEvent, Recorder } from './recorder.ts';
import { SDK_NAME } from './sdk-name.ts';

/** Numbers, flags and words of a part of the SDK or of the device: no token, no coordinate, no text of a person. */
export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A snapshot for a support ticket: JSON-able, at most some kilobytes, without secrets and coordinates. */
export interface Diagnostics {
  /** Name and version of the SDK. */
  readonly sdk: string;
  /** Protocol version that it asks for. */
  readonly protocol: number;
  readonly role: 'driver' | 'rider';
  /** This phone's wall clock, epoch ms. */
  readonly at: number;
  readonly connection: {
    readonly state: ConnectionState['kind'];
    /** How long it has been in this state, sleep included. */
    readonly ageMs: number;
    readonly transport?: string;
    /** Until the next attempt. */
    readonly waitMs?: number;
    /** Failed attempts since the last stable connection. */
    readonly failures?: number;
    /** Why it waits or has stopped. */
    readonly code?: string;
    /** The last transitions, oldest first. */
    readonly transitions: readonly RecordedEvent[];
  };
  /** What the token source is, and what is left of the current token by this phone's wall clock. */
  readonly token: { readonly source: 'fixed' | 'function' | 'session'; readonly expiresInMs?: number };
  /** The server's clock as it is known here. */
  readonly clock: Facts;
  /** What the network listener said last; null without one. */
  readonly network: NetworkHint | null;
  /** Whether the app is in the foreground; null without an adapter. */
  readonly app: AppPhase | null;
  /** Kind of the storage, and what waits in it. */
  readonly queues: Facts;
  readonly counters: Facts;
  /** Battery, permission and the like, as far as the app's adapters know them. */
  readonly device: Facts;
  /** The last failures, oldest first. */
  readonly failures: readonly RecordedEvent[];
}

/** What a client passes: its parts, and what it counts itself. */
export interface DiagnosedClient {
  readonly role: 'driver' | 'rider';
  readonly sdkClock: SdkClock;
  readonly connection: Connection;
  readonly recorder: Recorder;
  readonly surroundings: WakeSignals;
  readonly clock: Facts;
  readonly queues: Facts;
  readonly counters: Facts;
  readonly device: Facts;
}

export function diagnosticsOf(client: DiagnosedClient): Diagnostics {
  const { role, sdkClock, connection, recorder, surroundings, clock, queues, counters, device } = client;
  return {
    sdk: SDK_NAME,
    protocol: PROTOCOL.max,
    role,
    at: Math.round(sdkClock.wallMs()),
    connection: {
      ...factsOfState(connection.state, sdkClock.monotonicMs()),
      ageMs: Math.round(connection.stateAgeMs),
      transitions: recorder.transitions(),
    },
    token: connection.tokenFacts,
    clock,
    network: surroundings.network,
    app: surroundings.app,
    queues,
    counters,
    device,
    failures: recorder.failures(),
  };
}

function factsOfState(
  state: ConnectionState,
  nowMs: number,
): Pick<Diagnostics['connection'], 'state' | 'transport' | 'waitMs' | 'failures' | 'code'> {
  switch (state.kind) {
    case 'idle':
      return { state: state.kind };
    case 'connecting':
    case 'connected':
      return { state: state.kind, transport: state.transport, failures: state.memory.failures };
    case 'waiting': {
      const waitMs = Math.max(0, Math.round(state.untilMs - nowMs));
      const facts = { state: state.kind, waitMs, failures: state.memory.failures };
      return state.code === undefined ? facts : { ...facts, code: state.code };
    }
    case 'stopped':
      return state.advice === undefined
        ? { state: state.kind }
        : { state: state.kind, code: state.advice.code };
  }
}

/** What a phone knows of the server's clock; `skewMs`: how far the phone's wall clock is ahead of it. */
export function clockFacts({ synced, inDoubt, skewMs, rate, roundTripMs }: ServerClock): Facts {
  return { synced, inDoubt, skewMs: skewMs && Math.round(skewMs), rate, roundTripMs };
}
