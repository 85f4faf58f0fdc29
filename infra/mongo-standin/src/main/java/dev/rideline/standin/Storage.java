package dev.rideline.standin;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** The file below everything: one MVStore with one map per collection. */
final class Storage implements AutoCloseable {

    private static final String COLLECTION_PREFIX = "data.";
    private static final String RETRIES = "retries";
    private static final int CACHE_MEGABYTES = 64;
    /** Old chunks are rewritten until this share of the file is live data. */
    private static final int TARGET_FILL_PERCENT = 60;
    private static final int REWRITE_BYTES = 2 * 1024 * 1024;

    private final MVStore store;

    Storage(Path directory) {
        store = new MVStore.Builder()
            .fileName(directory.resolve("standin.mv").toString())
            .cacheSize(CACHE_MEGABYTES)
            // Only GroupCommit commits: a commit by MVStore in the middle of an operation would split it.
            .autoCommitDisabled()
            .autoCommitBufferSize(0)
            .open();
        // By default the space of a superseded page is kept for 45 s in case the disk reorders writes. That does not help against
        // kill -9, and with a commit every few operations the file grew to 40 times its content.
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
    }

    MVMap<Object, StoredDocument> openCollection(String namespace) {
        return store.openMap(COLLECTION_PREFIX + namespace,
            new MVMap.Builder<Object, StoredDocument>().keyType(new IdType()).valueType(new StoredDocumentType()));
    }

    void removeCollection(String namespace) {
        if (store.hasMap(COLLECTION_PREFIX + namespace)) {
            store.removeMap(openCollection(namespace));
        }
    }

    MVMap<Object, StoredDocument> openRetries() {
        return store.openMap(RETRIES,
            new MVMap.Builder<Object, StoredDocument>().keyType(new IdType()).valueType(new StoredDocumentType()));
    }

    /** Names of all databases that have a collection. */
    Set<String> databaseNames() {
        Set<String> names = new TreeSet<>();
        for (String map : store.getMapNames()) {
            if (map.startsWith(COLLECTION_PREFIX)) {
                String namespace = map.substring(COLLECTION_PREFIX.length());
                names.add(namespace.substring(0, namespace.indexOf('.')));
            }
        }
        return names;
    }

    /**
     * Runs a read while nothing is compacted: {@link #compact} moves pages of unchanged documents, and their old place is overwritten
     * at once.
     */
    <T> T read(Supplier<T> reading) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            return reading.get();
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    /** Writes all changes so far to the operating system; from then on they survive the process. */
    void commit() {
        store.commit();
    }

    /** Rewrites the live part of mostly dead chunks, so that their space can be reused. Bounded; call it periodically. */
    void compact() {
        store.compact(TARGET_FILL_PERCENT, REWRITE_BYTES);
    }

    long fileBytes() {
        return store.getFileStore().size();
    }

    @Override
    public void close() {
        // Without compaction: everything is committed, and a compaction that is cut short by its time limit moves chunks for nothing.
        store.close();
    }
}
