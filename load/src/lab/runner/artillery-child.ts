import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tailOf } from '@rideline/infra/local/log-file';
import { type ArtilleryRecord, EMPTY_RECORD, parseLine, withLine } from './artillery-record.ts';

export interface ArtilleryLaunch {
  /** Name of the part of the scenario that it plays. */
  readonly part: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Files of its lines and of its output. */
  readonly recordFile: string;
  readonly logFile: string;
}

export interface ArtilleryEnd {
  readonly part: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the runner asked for the end. */
  readonly asked: boolean;
}

const REPORTER = fileURLToPath(new URL('./artillery-reporter.ts', import.meta.url));
/** Artillery closes its users' connections first. */
const STOP_MS = 15_000;
const TAIL_LINES = 15;

/** One running Artillery process, in a process group of its own: Ctrl-C at the terminal reaches the runner alone, which decides. */
export class ArtilleryChild {
  readonly launch: ArtilleryLaunch;
  readonly ended: Promise<ArtilleryEnd>;
  readonly #child: ChildProcess;
  #record: ArtilleryRecord = EMPTY_RECORD;
  #readBytes = 0;
  #partial = '';
  #reading: Promise<unknown> = Promise.resolve();
  #asked = false;

  private constructor(launch: ArtilleryLaunch, child: ChildProcess) {
    this.launch = launch;
    this.#child = child;
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => resolve({ part: launch.part, code, signal, asked: this.#asked })),
    );
  }

  /** @throws Error when the program cannot be executed */
  static async start(launch: ArtilleryLaunch): Promise<ArtilleryChild> {
    closeSync(openSync(launch.recordFile, 'w'));
    const log = openSync(launch.logFile, 'w');
    try {
      const child = spawn(launch.command, launch.args, {
        cwd: launch.cwd,
        env: {
          ...inheritedEnv(),
          ...launch.env,
          CUSTOM_REPORTERS: REPORTER,
          RIDELINE_LOAD_RECORD: launch.recordFile,
          ARTILLERY_DISABLE_TELEMETRY: 'true',
          // Two processes of one scenario may bundle the same file of functions: the first to end must not remove it.
          ARTILLERY_TS_KEEP_BUNDLE: 'true',
        },
        detached: true,
        stdio: ['ignore', log, log],
      });
      const started = new ArtilleryChild(launch, child);
      await once(child, 'spawn');
      return started;
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has written so far. Two reads at the same time would take the same bytes twice: one waits for the other. */
  read(): Promise<ArtilleryRecord> {
    const record = this.#reading.then(() => this.#readOn());
    // Its caller gets the error; the next read goes on behind what was read.
    this.#reading = record.catch(() => undefined);
    return record;
  }

  async #readOn(): Promise<ArtilleryRecord> {
    const file = await open(this.launch.recordFile);
    try {
      const { size } = await file.stat();
      if (size > this.#readBytes) {
        const buffer = Buffer.alloc(size - this.#readBytes);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#readBytes);
        this.#readBytes += bytesRead;
        this.#take(buffer.toString('utf8', 0, bytesRead));
      }
    } finally {
      await file.close();
    }
    return this.#record;
  }

  /** The last lines of its output, for an end that nobody asked for. */
  get tail(): string[] {
    return tailOf(this.launch.logFile, TAIL_LINES);
  }

  /** Ends it, by force after 15 s. What it had measured in its last interval is lost. */
  async stop(): Promise<void> {
    this.#asked = true;
    this.#signal('SIGINT');
    const timer = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
    await this.ended;
    clearTimeout(timer);
    // Its worker threads end with it; a program that a function started does not.
    this.#signal('SIGKILL');
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#record = withLine(this.#record, parseLine(line));
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Without what a test runner around it has set. */
function inheritedEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|ARTILLERY|WORKERS$)/.test(name),
    ),
  );
}
