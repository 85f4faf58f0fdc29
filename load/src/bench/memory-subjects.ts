import { freePorts } from '@rideline/infra/local/ports';
import { processSpec } from '@rideline/infra/local/process-specs';
import { inspectable } from './inspector-session.ts';
import { startOurStack } from './our-stack.ts';
import { startServerProcess } from './server-process.ts';
import type { Subject } from './subject.ts';

/** A stack with one gateway, whose inspector opens on `inspectorPort` when it is sent SIGUSR1. */
export interface InspectedSubject {
  readonly subject: Subject;
  readonly gateway: { readonly pid: number; readonly inspectorPort: number };
}

export async function startOurGateway(): Promise<InspectedSubject> {
  const [inspectorPort = 0] = await freePorts(1);
  const stack = await startOurStack({
    front: false,
    gateways: 1,
    env: { NODE_OPTIONS: inspectable(inspectorPort).join(' ') },
  });
  const pid = stack.cluster.processes.find(({ role }) => role === 'gateway')?.pid ?? 0;
  return { subject: stack, gateway: { pid, inspectorPort } };
}

export async function startBareNode(): Promise<InspectedSubject> {
  const [inspectorPort = 0] = await freePorts(1);
  const flags = [...inspectable(inspectorPort), ...gatewayFlags()];
  const server = await startServerProcess(new URL('./bare-server.ts', import.meta.url), {
    NODE_OPTIONS: flags.join(' '),
  });
  const subject: Subject = {
    programs: [{ name: 'gateway-1', pid: server.pid }],
    durable: false,
    plan: async ({ drivers }) => ({
      nodes: [{ host: '127.0.0.1', port: server.port }],
      drivers: Array.from({ length: drivers }, (_, n) => ({ id: `cab-${n}`, auth: {} })),
      riders: [],
      seen: false,
    }),
    stored: async () => null,
    stop: () => server.stop(),
  };
  return { subject, gateway: { pid: server.pid, inspectorPort } };
}

/** What our gateways are started with: bare gets the same, or it would be V8's sizes that are compared. */
function gatewayFlags(): readonly string[] {
  const { args } = processSpec({
    name: 'gateway-1',
    role: 'gateway',
    port: null,
    innerPort: 0,
    dataDir: '/',
    env: {},
  });
  return args.filter((flag) => flag.startsWith('--'));
}
