import { expect, test } from 'vitest';
import { backendStatus, nullWhileAway, parseStat } from './haproxy-runtime.ts';

test('OPS-27: the state of each server is read from `show stat`', () => {
  const csv = [
    '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight',
    'front,FRONTEND,,,3,9,1000,20,0,0,0,0,0,,,,,OPEN,',
    'gateways,gateway-1,0,0,2,5,,9,0,0,,0,,0,0,0,0,DRAIN,1',
    'gateways,gateway-2,0,0,1,5,,9,0,0,,0,,0,0,0,0,UP,1',
    'gateways,BACKEND,0,0,3,9,100,18,0,0,0,0,,0,0,0,0,UP,2',
  ].join('\n');
  expect(parseStat(csv)).toEqual([
    { name: 'gateway-1', status: 'DRAIN', sessions: 2 },
    { name: 'gateway-2', status: 'UP', sessions: 1 },
  ]);
});

test('OPS-34: an admin socket that does not exist yet is no fault; another error is', async () => {
  expect(await nullWhileAway(backendStatus('/tmp/rideline-no-such-folder/admin.sock'))).toBeNull();
  await expect(nullWhileAway(backendStatus('/etc/hostname/admin.sock'))).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
});
