import { configPart } from '@rideline/platform/config/config';
import { natural, type VariableTable } from '@rideline/platform/config/variable';

const PROXY_VARIABLES = {
  RIDELINE_FRONT_CONNECTIONS_PER_ADDRESS: {
    schema: natural.default(2000),
    help: 'connections of one address (IPv6: /64) to HAProxy; more are closed. At most half of all that HAProxy takes; 0: no limit, for a proxy in front of HAProxy. Phones behind a carrier NAT share an address',
  },
} as const satisfies VariableTable;

export interface ProxyVariables {
  readonly connectionsPerAddress: number;
}

/** What the launcher reads for HAProxy. */
export const proxyConfig = configPart(
  PROXY_VARIABLES,
  (values): ProxyVariables => ({ connectionsPerAddress: values.RIDELINE_FRONT_CONNECTIONS_PER_ADDRESS }),
);
