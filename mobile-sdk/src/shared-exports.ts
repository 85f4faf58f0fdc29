/*
 * What `./driver` and `./rider` both export: sessions, REST, errors, the device's clock, and the types of the contract that both use.
 */

export type {
  ApiPaths,
  CommandEffect,
  CommandId,
  DriverId,
  ErrorCode,
  Notification,
  NotificationId,
  Refusal,
  RetryAdvice,
  TripEvent,
  TripId,
  TripSnapshot,
  TripStateName,
  TripStatus,
} from '@rideline/contract';
export { TRIP_ENDS } from '@rideline/contract';
export type { AppPhase, AppStateSource } from './app-state/app-state.ts';
export type { CommandOutcome, StoredCommand } from './commands/command-queue.ts';
export type { Advice, ConnectionState, TransportName } from './connection/connection-state.ts';
export type { Diagnostics, Facts } from './diagnostics/diagnostics.ts';
export type { LogEntry, LogEvent, LogFields, LogHandler, LogLevel } from './diagnostics/log-events.ts';
export type { RecordedEvent } from './diagnostics/recorder.ts';
export {
  type ErrorAction,
  type ErrorAdvice,
  type ErrorDetails,
  type ErrorKind,
  errorFrom,
  RidelineError,
  type RidelineErrorOptions,
} from './errors/rideline-error.ts';
export type { NetworkHint, NetworkSource } from './network/network.ts';
export { createRestClient, type FetchFunction, type RestOptions } from './rest/rest-client.ts';
export type {
  RestCall,
  RestCallInit,
  RestCallOptions,
  RestClient,
  RestMethod,
  RestResult,
} from './rest/rest-types.ts';
export { createSession } from './session/create-session.ts';
export {
  type CallInit,
  openSession,
  type Session,
  type SessionOptions,
  type WipedAtSignOut,
} from './session/session.ts';
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
