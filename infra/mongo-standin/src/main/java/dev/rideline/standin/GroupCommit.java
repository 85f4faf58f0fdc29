package dev.rideline.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes writes durable in groups.
 *
 * <p>An operation is applied at once; its response waits for the end of a commit that started later. Operations run concurrently; a
 * commit excludes them all, because it must not contain a document without its retry record, or the reverse.
 *
 * <p>The next group forms while a commit runs, so a busy server makes one commit for many writes, and a single client never waits
 * for others. Figures, also for deliberate waiting: docs/decisions/0010-mongo-standin-group-commit.md.
 */
final class GroupCommit {

    private static final long COMPACTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Storage storage;
    private final Consumer<Throwable> onFailure;
    private final ReentrantReadWriteLock applying = new ReentrantReadWriteLock();
    private final Object monitor = new Object();
    private final Thread committer = new Thread(this::run, "group-commit");

    private List<Runnable> waiting = new ArrayList<>();
    private boolean stopping;

    /** @param onFailure called when a commit failed: memory is ahead of the disk then, so the process must end */
    GroupCommit(Storage storage, Consumer<Throwable> onFailure) {
        this.storage = storage;
        this.onFailure = onFailure;
        committer.setDaemon(true);
        committer.start();
    }

    /** Runs an operation that may change the store; none of its changes are committed before it ends. */
    <T> T apply(Supplier<T> operation) {
        applying.readLock().lock();
        try {
            return operation.get();
        } finally {
            applying.readLock().unlock();
        }
    }

    /**
     * Completes with the value once everything that was applied before this call is durable.
     *
     * <p>Never completes when the server is stopping. Its connection is about to close, and a driver that sees a broken connection
     * looks for the server and retries. An error would reach the application instead.
     */
    <T> CompletableFuture<T> whenDurable(T value) {
        CompletableFuture<T> durable = new CompletableFuture<>();
        synchronized (monitor) {
            if (!stopping) {
                waiting.add(() -> durable.complete(value));
                monitor.notifyAll();
            }
        }
        return durable;
    }

    /** Commits what waits and ends the thread. */
    void stop() throws InterruptedException {
        synchronized (monitor) {
            stopping = true;
            monitor.notifyAll();
        }
        committer.join();
    }

    private void run() {
        long compactedAt = System.nanoTime();
        try {
            while (awaitGroup()) {
                commit();
                long now = System.nanoTime();
                if (now - compactedAt > COMPACTION_INTERVAL_NANOS) {
                    storage.compact();
                    compactedAt = now;
                }
            }
        } catch (InterruptedException | RuntimeException | Error failure) {
            onFailure.accept(failure);
        }
    }

    /** False when no further group will form. */
    private boolean awaitGroup() throws InterruptedException {
        synchronized (monitor) {
            while (waiting.isEmpty() && !stopping) {
                monitor.wait();
            }
            return !waiting.isEmpty();
        }
    }

    private void commit() {
        List<Runnable> group;
        applying.writeLock().lock();
        try {
            synchronized (monitor) {
                group = waiting;
                waiting = new ArrayList<>();
            }
            storage.commit();
        } finally {
            applying.writeLock().unlock();
        }
        group.forEach(Runnable::run);
    }
}
