import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { isMongoAway } from './mongo-errors.ts';

const { mongo } = mongoose;

it('DEG-33: every error of the driver for a lost connection, a cleared pool or a server that steps down means that MongoDB is away', () => {
  const away = [
    new mongo.MongoNetworkError('reset'),
    new mongo.MongoNetworkTimeoutError('timed out'),
    Object.assign(new Error('cleared'), { name: 'MongoPoolClearedError' }),
    Object.assign(new Error('interrupted'), { name: 'PoolClearedOnNetworkError' }),
    new mongo.MongoServerClosedError('closed'),
    new mongo.MongoTopologyClosedError('closed'),
    new mongo.MongoClientClosedError(),
    new mongo.MongoNotConnectedError('not connected'),
    new mongoose.MongooseError('Connection was force closed'),
    ...[91, 189, 10_107, 11_600, 11_602, 13_435].map(
      (code) => new mongo.MongoServerError({ errmsg: 'not primary', code }),
    ),
  ];
  for (const error of away) expect(isMongoAway(error), `${error.name}: ${error.message}`).toBe(true);
});

it('DEG-33: an answer of the server, or a defect of ours, does not', () => {
  const answers = [
    new mongo.MongoServerError({ errmsg: 'duplicate key', code: 11_000 }),
    new mongo.MongoServerError({ errmsg: 'validation', code: 121 }),
    new TypeError('x is undefined'),
    Object.assign(new Error('no such file'), { code: 91 }),
    'MongoNetworkError',
  ];
  for (const error of answers) expect(isMongoAway(error)).toBe(false);
});
