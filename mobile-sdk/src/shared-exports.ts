/*
 * What `./driver` and `./rider` both export: sessions, REST, errors, the device's clock, and the types of the contract that both use.
 */

export {
  type ApiPaths,
  CodedError,
  type CommandEffect,
  type CommandId,
  type DriverId,
  type ErrorCode,
  type Notification,
  type NotificationId,
  type Refusal,
  type RetryAdvice,
  type TripEvent,
  type TripId,
  type TripSnapshot,
  type TripStateName,
  type TripStatus,
} from '@rideline/contract';
export type { CommandOutcome, StoredCommand } from './commands/command-queue.ts';
export type { Advice, ConnectionState, TransportName } from './connection/connection-state.ts';
export { createRestClient, type RestClient, type RestOptions } from './rest/rest-client.ts';
export { createSession } from './session/create-session.ts';
export { type CallInit, openSession, type Session, type SessionOptions } from './session/session.ts';
export type { TokenFunction, TokenKeeper, TokenSource } from './session/token-source.ts';
export { memoryStorage } from './storage/memory-storage.ts';
export type { LogName, OpenOptions, RecordStore, SdkStorage, StoredRecord } from './storage/storage.ts';
export { RECORD_BYTES, StoreLostError } from './storage/storage.ts';
export type { StorageEvent } from './storage/store-keeper.ts';
export { deviceClock, type SdkClock } from './time/clock.ts';
export {
  type DocumentUpload,
  type RejectionAdvice,
  type UploadEnd,
  type UploadOptions,
  type UploadState,
  type UploadTicket,
  uploadDocument,
} from './uploads/document-upload.ts';
export {
  type FormPost,
  type FormSender,
  fetchSender,
  type UploadBody,
  type XhrLike,
  xhrSender,
} from './uploads/form-sender.ts';
