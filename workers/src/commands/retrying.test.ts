import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { retrying } from './retrying.ts';

const { mongo } = mongoose;
const signal = new AbortController().signal;

it('OPS-84: a long command goes on after every error of a lost connection, also when the whole client was replaced', async () => {
  const faults = [
    new mongo.MongoNetworkError('connection 1 closed'),
    new mongo.MongoTopologyClosedError('Topology is closed'),
    new mongo.MongoNotConnectedError('MongoDB is not connected'),
    new mongoose.MongooseError('Connection was force closed'),
    new mongo.MongoServerError({ errmsg: 'cursor id 7 not found', code: 43 }),
    new Error('Connection is closed.'),
  ];
  for (const fault of faults) {
    const retried: string[] = [];
    let calls = 0;
    const step = async () => {
      calls += 1;
      if (calls === 1) throw fault;
      return 'done';
    };
    const onRetry = (error: Error) => retried.push(error.message);
    expect(await retrying(step, { signal, onRetry })).toBe('done');
    expect(retried).toEqual([fault.message]);
  }
});

it('OPS-84: an error that a repeat does not change ends the command at once', async () => {
  const fault = new mongo.MongoServerError({ errmsg: 'duplicate key', code: 11_000 });
  let calls = 0;
  const step = async () => {
    calls += 1;
    throw fault;
  };
  await expect(retrying(step, { signal, onRetry: () => undefined })).rejects.toBe(fault);
  expect(calls).toBe(1);
});
