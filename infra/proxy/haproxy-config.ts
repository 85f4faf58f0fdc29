/** A process behind the proxy: `port` takes traffic, `innerPort` answers health checks. */
export type Backend = { readonly name: string; readonly port: number; readonly innerPort: number };

export type ProxySettings = {
  readonly host: string;
  readonly port: number;
  readonly gateways: readonly Backend[];
  readonly apis: readonly Backend[];
  /** Unix socket for runtime commands such as drain; only this user may use it. */
  readonly adminSocket: string;
  /** Concurrent connections on the front port. */
  readonly maxConnections: number;
  /** Concurrent connections of one address (IPv6: /64); 0 for no limit. */
  readonly connectionsPerAddress: number;
};

/** Socket.IO's heartbeat (realtime/): a client that misses it is closed by the gateway. */
const PING_INTERVAL_S = 25;
const PING_TIMEOUT_S = 60;
const MARGIN_S = 35;
/** The gateway decides when to close a socket, so HAProxy must wait longer than a whole missed heartbeat. */
export const TUNNEL_TIMEOUT_S = PING_INTERVAL_S + PING_TIMEOUT_S + MARGIN_S;

/** Total size and number of the headers of a request; HAProxy answers 400 to more. */
const HEADER_BYTES = 16_384;
const HEADER_COUNT = 64;

/** Connections that the limit of open files allows: two descriptors each, and a reserve for the rest of the program. */
export function maxConnectionsFor(openFilesLimit: number): number {
  const RESERVED = 256;
  const MOST = 40_000;
  return Math.max(100, Math.min(MOST, Math.floor((openFilesLimit - RESERVED) / 2)));
}

function globalSection(settings: ProxySettings): string[] {
  return [
    'global',
    `  maxconn ${settings.maxConnections}`,
    `  stats socket ${escaped(settings.adminSocket)} mode 600 level admin expose-fd listeners`,
    '  stats timeout 10s',
    // After a reload (another scale) the old worker keeps its sockets for this long; then the phones reconnect.
    '  hard-stop-after 1h',
    // Without it a second HAProxy on the same port starts silently, and the kernel spreads clients over two clusters.
    '  noreuseport',
    `  tune.bufsize ${HEADER_BYTES}`,
    `  tune.http.maxhdr ${HEADER_COUNT}`,
    '  log stdout format raw daemon notice',
  ];
}

function defaultsSection(): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option dontlog-normal',
    '  option redispatch',
    '  retries 2',
    '  timeout connect 3s',
    '  timeout queue 5s',
    // A request must arrive completely within this, so that slow senders cannot hold a slot.
    '  timeout http-request 10s',
    '  timeout http-keep-alive 15s',
    // A long poll is held open by the gateway for up to a heartbeat.
    `  timeout client ${TUNNEL_TIMEOUT_S}s`,
    `  timeout server ${TUNNEL_TIMEOUT_S}s`,
    `  timeout tunnel ${TUNNEL_TIMEOUT_S}s`,
    '  timeout client-fin 10s',
    '  timeout server-fin 10s',
    '  timeout check 2s',
    '  default-server check inter 500ms fastinter 250ms downinter 500ms fall 3 rise 1 init-addr none',
  ];
}

/** One address never takes more than this share of the front's connections. */
const SHARE_OF_ONE_ADDRESS = 0.5;

/** Closes connections of an address that holds its share already, before they cost more than a table lookup. */
function addressLimit({ connectionsPerAddress, maxConnections }: ProxySettings): string[] {
  if (connectionsPerAddress === 0) return [];
  const most = Math.min(connectionsPerAddress, Math.floor(maxConnections * SHARE_OF_ONE_ADDRESS));
  return [
    '  stick-table type ipv6 size 200k expire 10m store conn_cur',
    // IPv4 clients behind NAT64 or SIIT (RFC 6052) would be one /64.
    '  tcp-request connection track-sc0 src if { src 64:ff9b::/96 }',
    '  tcp-request connection track-sc0 src,ipmask(32,64)',
    `  tcp-request connection reject if { sc0_conn_cur gt ${most} }`,
  ];
}

function frontSection(settings: ProxySettings): string[] {
  return [
    'frontend front',
    `  bind ${settings.host}:${settings.port}`,
    ...addressLimit(settings),
    // Clients must not set these: they are set here or absent.
    ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Forwarded'].map(
      (name) => `  http-request del-header ${name}`,
    ),
    '  http-request set-header X-Forwarded-For %[src]',
    '  http-request set-header X-Forwarded-Proto http',
    '  acl is_socketio path_beg /socket.io/',
    '  acl is_socketio path /socket.io',
    '  use_backend gateways if is_socketio',
    '  default_backend apis',
  ];
}

function serverLines(backends: readonly Backend[], extra: (backend: Backend) => string): string[] {
  return backends.map(
    (backend) =>
      `  server ${backend.name} 127.0.0.1:${backend.port} port ${backend.innerPort}${extra(backend)}`,
  );
}

/**
 * The complete haproxy.cfg. A new Socket.IO session goes to the gateway with the fewest connections. Later requests of the session
 * (polls and the upgrade) go to the gateway that its id names, `sid=<gateway>.<random>` (realtime/src/socket/server.ts). A cookie of
 * HAProxy serves sessions of gateways that put no name into the id. Everything else goes to the APIs in turn.
 */
export function haproxyConfig(settings: ProxySettings): string {
  return [
    ...globalSection(settings),
    '',
    ...defaultsSection(),
    '',
    ...frontSection(settings),
    '',
    'backend gateways',
    '  balance leastconn',
    '  option httpchk GET /health/ready',
    '  cookie RIDELINE_GATEWAY insert indirect nocache httponly attr SameSite=Lax',
    ...settings.gateways.map(({ name }) => `  use-server ${name} if { urlp(sid),url_dec -m beg ${name}. }`),
    ...serverLines(settings.gateways, ({ name }) => ` cookie ${name}`),
    '',
    'backend apis',
    '  balance roundrobin',
    '  option httpchk GET /health/ready',
    ...serverLines(settings.apis, () => ''),
    '',
  ].join('\n');
}

/** A path as one word of the configuration: a space would end it, a # begin a comment. */
function escaped(path: string): string {
  return path.replace(/[\s"'#\\]/g, '\\$&');
}
