package dev.rideline.standin;

import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Removes expired documents, as mongod's thread does once a minute; more often here, because tests wait for it.
 */
final class TtlSweeper {

    private static final long INTERVAL_MS = 1_000;
    /** A collection is locked while a chunk is removed. */
    private static final int CHUNK = 200;

    private final StandinBackend backend;
    private final Storage storage;
    private final GroupCommit commits;
    private final Consumer<Throwable> onFailure;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ttl-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    TtlSweeper(StandinBackend backend, Storage storage, GroupCommit commits, Consumer<Throwable> onFailure) {
        this.backend = backend;
        this.storage = storage;
        this.commits = commits;
        this.onFailure = onFailure;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::sweep, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    void stop() throws InterruptedException {
        timer.shutdown();
        timer.awaitTermination(INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            Instant now = Instant.now();
            backend.databases().forEach(database -> database.collections().forEach(collection -> sweep(collection, now)));
        } catch (RuntimeException | Error failure) {
            onFailure.accept(failure);
        }
    }

    private void sweep(StandinCollection collection, Instant now) {
        for (OrderedIndex index : collection.ttlIndexes()) {
            int removed;
            do {
                // Not awaited until durable: what a kill restores is removed again.
                removed = commits.apply(() -> storage.read(() -> collection.removeExpired(index, now, CHUNK)));
            } while (removed == CHUNK && !timer.isShutdown());
        }
    }
}
