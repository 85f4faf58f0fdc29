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
 * <p>An operation is applied at once, its answer waits until a commit that began later has ended. Operations run beside each
 * other; a commit excludes them all, because it must not find a document without the record of its retry (or the reverse).
 * While one commit runs the next group gathers, so a busy server pays one commit for many writes and a lone client does not wait
 * for company.
 */
final class GroupCommit {

    /** A group that is this large is committed without waiting for more. */
    private static final int FULL_GROUP = 64;
    private static final long COMPACTION_INTERVAL_MS = 1_000;

    private final Storage storage;
    private final long gatherNanos;
    private final Consumer<Throwable> onFailure;
    private final ReentrantReadWriteLock applying = new ReentrantReadWriteLock();
    private final Object monitor = new Object();
    private final Thread committer = new Thread(this::run, "group-commit");

    private List<Runnable> waiting = new ArrayList<>();
    private boolean stopping;

    /**
     * @param gatherMs longest time that the first of a group waits for others
     * @param onFailure called when a commit failed: memory is then ahead of the disk, so the process must end
     */
    GroupCommit(Storage storage, double gatherMs, Consumer<Throwable> onFailure) {
        this.storage = storage;
        this.gatherNanos = (long) (gatherMs * 1e6);
        this.onFailure = onFailure;
        committer.setDaemon(true);
        committer.start();
    }

    /** Runs an operation that may change the store; nothing of it is committed before it has ended. */
    <T> T apply(Supplier<T> operation) {
        applying.readLock().lock();
        try {
            return operation.get();
        } finally {
            applying.readLock().unlock();
        }
    }

    /** Completes with the value once everything that was applied before this call is durable. */
    <T> CompletableFuture<T> whenDurable(T value) {
        CompletableFuture<T> durable = new CompletableFuture<>();
        synchronized (monitor) {
            if (stopping) {
                durable.completeExceptionally(new IllegalStateException("the server is stopping"));
                return durable;
            }
            waiting.add(() -> durable.complete(value));
            if (waiting.size() == 1 || waiting.size() == FULL_GROUP) {
                monitor.notifyAll();
            }
        }
        return durable;
    }

    /** Commits what is waiting and ends the thread. Later calls of {@link #whenDurable} fail. */
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
            while (gather()) {
                commit();
                long now = System.nanoTime();
                if (now - compactedAt > TimeUnit.MILLISECONDS.toNanos(COMPACTION_INTERVAL_MS)) {
                    storage.compact();
                    compactedAt = now;
                }
            }
        } catch (InterruptedException | RuntimeException failure) {
            onFailure.accept(failure);
        }
    }

    /** Waits for a group; false when there will be none any more. */
    private boolean gather() throws InterruptedException {
        synchronized (monitor) {
            while (waiting.isEmpty()) {
                if (stopping) {
                    return false;
                }
                monitor.wait();
            }
            long deadline = System.nanoTime() + gatherNanos;
            long left = gatherNanos;
            while (left > 0 && waiting.size() < FULL_GROUP && !stopping) {
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
                left = deadline - System.nanoTime();
            }
            return true;
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
