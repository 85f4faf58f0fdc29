import { io, type Socket } from 'socket.io-client';

/** A phone that acknowledges notifications while `acknowledges` is true. */
export interface NotifiedPhone {
  readonly socket: Socket;
  /** Ids of the received notifications, in order. */
  readonly received: string[];
  acknowledges: boolean;
}

export async function connectPhone(
  url: string,
  namespace: '/rider' | '/driver',
  token: string,
  acknowledges = true,
): Promise<NotifiedPhone> {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token, protocol: 1, sdk: 'test/1' },
  });
  const phone: NotifiedPhone = { socket, received: [], acknowledges };
  socket.on('notification', ({ notificationId }, ack) => {
    phone.received.push(notificationId);
    if (phone.acknowledges) ack({ ok: true });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return phone;
}
