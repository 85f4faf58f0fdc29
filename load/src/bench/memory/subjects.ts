import { freePorts } from '@rideline/infra/local/ports';
import { inspectable } from '../../process/inspector-session.ts';
import { startBareStack } from '../stack/bare-stack.ts';
import { startOurStack } from '../stack/our-stack.ts';
import type { Subject } from '../stack/subject.ts';

/** A stack with one gateway, whose inspector opens on `inspectorPort` when it receives SIGUSR1. */
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
  const env = { NODE_OPTIONS: inspectable(inspectorPort).join(' ') };
  const subject = await startBareStack({ nodes: 1, env });
  return { subject, gateway: { pid: subject.programs[0]?.pid ?? 0, inspectorPort } };
}
