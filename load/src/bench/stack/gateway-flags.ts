import { processSpec } from '@rideline/infra/local/process-specs';

/**
 * The V8 flags that the launcher starts our gateways with. Bare Socket.IO gets the same flags, so that the comparison shows what a gateway
 * does and not a flag (decisions 0034 and 0133).
 */
export function gatewayFlags(): readonly string[] {
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
