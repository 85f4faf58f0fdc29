import { describe, expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import type { AppPhase } from '../app-state/app-state.ts';
import { type BrowserAppWindow, browserAppState } from '../app-state/browser-app-state.ts';
import { reactNativeAppState } from '../app-state/react-native-app-state.ts';
import type { LogEntry } from '../diagnostics/log-events.ts';
import { Recorder } from '../diagnostics/recorder.ts';
import { type BrowserNetworkWindow, browserNetwork } from '../network/browser-network.ts';
import { netInfoNetwork } from '../network/netinfo-network.ts';
import type { NetworkHint } from '../network/network.ts';
import { WakeSignals } from './wake-signals.ts';

/** A source whose test says what the phone reports. */
function newSource<Report>() {
  const listeners = new Set<(report: Report) => void>();
  return {
    listeners,
    report: (report: Report) => {
      for (const listener of listeners) listener(report);
    },
    subscribe: (listener: (report: Report) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newSignals() {
  const network = newSource<NetworkHint>();
  const appState = newSource<AppPhase>();
  const logged: LogEntry[] = [];
  let wakes = 0;
  const recorder = new Recorder(new TestClock(), (entry) => logged.push(entry));
  const signals = new WakeSignals({ network, appState, recorder, onWake: () => wakes++ });
  signals.start();
  return { network, appState, signals, logged, wakes: () => wakes };
}

describe('SDK-73: what the phone reports', () => {
  it('a network that is back, and another kind of network, wake the connection; bad news does not', () => {
    const { network, wakes } = newSignals();
    const counts = (
      [
        { online: true, kind: 'wifi' },
        { online: false, kind: 'none' },
        { online: true, kind: 'wifi' },
        { online: true, kind: 'cellular' },
        { online: true, kind: 'cellular' },
        { online: null, kind: 'unknown' },
      ] as NetworkHint[]
    ).map((hint) => {
      network.report(hint);
      return wakes();
    });
    expect(counts).toEqual([0, 0, 1, 2, 2, 3]);
  });

  it('an app that comes to the foreground wakes the connection; the state at the start does not', () => {
    const { appState, wakes } = newSignals();
    const counts = (['foreground', 'background', 'foreground', 'foreground'] as const).map((phase) => {
      appState.report(phase);
      return wakes();
    });
    expect(counts).toEqual([0, 0, 1, 2]);
  });

  it('a closed client listens to nothing', () => {
    const { network, appState, signals, wakes } = newSignals();
    signals.start();
    signals.stop();
    expect([network.listeners.size, appState.listeners.size, wakes()]).toEqual([0, 0, 0]);
  });

  it('is logged as it is', () => {
    const { network, appState, logged } = newSignals();
    network.report({ online: false, kind: 'none' });
    appState.report('background');
    expect(logged).toMatchObject([
      { level: 'info', event: 'network.changed', online: false, network: 'none' },
      { level: 'info', event: 'app.background' },
    ]);
  });
});

/** A browser's event target, and what the page is told. */
function newTarget() {
  const listeners = new Map<string, Set<(event: { persisted?: boolean }) => void>>();
  return {
    addEventListener: (type: string, listener: (event: { persisted?: boolean }) => void) => {
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener));
    },
    removeEventListener: (type: string, listener: (event: { persisted?: boolean }) => void) => {
      listeners.get(type)?.delete(listener);
    },
    emit: (type: string, event = {}) => {
      for (const listener of listeners.get(type) ?? []) listener(event);
    },
    count: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

describe('SDK-73: adapters', () => {
  it('NetInfo: `isInternetReachable`, which some devices never set back, is not looked at', () => {
    const source = newSource<{ type: string; isConnected: boolean | null; isInternetReachable: boolean }>();
    const seen: NetworkHint[] = [];
    const stop = netInfoNetwork({ addEventListener: source.subscribe }).subscribe((hint) => seen.push(hint));
    source.report({ type: 'wifi', isConnected: true, isInternetReachable: false });
    source.report({ type: 'unknown', isConnected: null, isInternetReachable: false });
    stop();
    expect([seen, source.listeners.size]).toEqual([
      [
        { online: true, kind: 'wifi' },
        { online: null, kind: 'unknown' },
      ],
      0,
    ]);
  });

  it('browser: the events `online` and `offline`, and the state at the start', () => {
    const target = newTarget();
    const window: BrowserNetworkWindow = { ...target, navigator: { onLine: false } };
    const seen: NetworkHint[] = [];
    const stop = browserNetwork(window).subscribe((hint) => seen.push(hint));
    target.emit('online');
    target.emit('offline');
    stop();
    expect([seen, target.count()]).toEqual([[{ online: false }, { online: true }, { online: false }], 0]);
  });

  it('React Native: `inactive` is neither the foreground nor the background', () => {
    const source = newSource<string>();
    const appState = {
      currentState: 'active',
      addEventListener: (_: 'change', listener: (state: string) => void) => {
        const remove = source.subscribe(listener);
        return { remove };
      },
    };
    const seen: AppPhase[] = [];
    const stop = reactNativeAppState(appState).subscribe((phase) => seen.push(phase));
    for (const state of ['inactive', 'background', 'inactive', 'active']) source.report(state);
    stop();
    expect([seen, source.listeners.size]).toEqual([['foreground', 'background', 'foreground'], 0]);
  });

  it('browser: a tab that is shown again, and a page from the back/forward cache', () => {
    const [target, pageTarget] = [newTarget(), newTarget()];
    const page = { ...pageTarget, visibilityState: 'visible' };
    const window: BrowserAppWindow = { ...target, document: page };
    const seen: AppPhase[] = [];
    const stop = browserAppState(window).subscribe((phase) => seen.push(phase));
    page.visibilityState = 'hidden';
    pageTarget.emit('visibilitychange');
    target.emit('pageshow', { persisted: false });
    target.emit('pageshow', { persisted: true });
    stop();
    expect([seen, target.count() + pageTarget.count()]).toEqual([
      ['foreground', 'background', 'foreground'],
      0,
    ]);
  });
});
