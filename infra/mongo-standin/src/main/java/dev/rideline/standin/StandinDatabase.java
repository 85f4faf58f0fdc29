package dev.rideline.standin;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;

/** A database: opens its collections and indexes from the store, and passes commands to the class that handles them. */
final class StandinDatabase extends AbstractSynchronizedMongoDatabase<Object> {

    private static final int DEFAULT_FIRST_BATCH = 101;

    private final Storage storage;
    private final OpenCursors openCursors;
    private final Map<String, StandinCollection> opened = new ConcurrentHashMap<>();
    private final WriteCommands writes = new WriteCommands(this);
    private final IndexCommands indexCommands = new IndexCommands(this);
    private final AggregateCommand aggregate = new AggregateCommand(this);

    /** The definition of the index that upstream is about to open; guarded by this. */
    private IndexDefinition creating;

    StandinDatabase(String name, Storage storage, CursorRegistry cursors, OpenCursors openCursors) {
        super(name, cursors);
        this.storage = storage;
        this.openCursors = openCursors;
        initializeNamespacesAndIndexes();
    }

    @Override
    public Document handleCommand(Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
        return switch (command) {
            case "insert" -> writes.insert(query);
            case "update" -> writes.update(channel, query);
            case "delete" -> writes.delete(query);
            case "createIndexes" -> indexCommands.create(query);
            case "dropIndexes" -> indexCommands.drop(query);
            case "listIndexes" -> indexCommands.list(query);
            case "aggregate" -> aggregate.run(query, databases);
            case "find" -> super.handleCommand(channel, command, withBatchSize(query), databases, oplog);
            case "findAndModify", "findandmodify" -> super.handleCommand(channel, "findAndModify", query, databases, oplog);
            default -> super.handleCommand(channel, command, query, databases, oplog);
        };
    }

    /** Upstream would send a whole collection in one message. */
    private static Document withBatchSize(Document query) {
        Document bounded = query.clone();
        if (Utils.isTrue(query.get("singleBatch"))) {
            bounded.put("batchSize", 0);
        } else if (!query.containsKey("batchSize")) {
            bounded.put("batchSize", DEFAULT_FIRST_BATCH);
        }
        return bounded;
    }

    /** Upstream's own implementation of a command that is answered differently here. */
    Document upstream(Channel channel, String command, Document query) {
        return super.handleCommand(channel, command, query, null, NoopOplog.get());
    }

    /** Null when no collection has the name. */
    StandinCollection collection(String name) {
        return (StandinCollection) resolveCollection(name, false);
    }

    StandinCollection collectionOrNew(String name) {
        return (StandinCollection) resolveOrCreateCollection(name);
    }

    Collection<StandinCollection> collections() {
        return opened.values();
    }

    // Indexes

    synchronized void addIndex(String collectionName, IndexDefinition definition) {
        creating = definition;
        try {
            addIndex(definition.description().clone().append("ns", getFullCollectionNamespace(collectionName)));
        } finally {
            creating = null;
        }
    }

    /** Removes an index from its collection and from the list that is read at the next start. */
    synchronized void removeIndex(StandinCollection collection, String name) {
        collection.dropIndex(name);
        indexes.get().deleteDocuments(new Document("ns", collection.getFullName()).append("name", name), 1);
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(String collectionName, String indexName, List<IndexKey> keys,
                                                    boolean sparse) {
        return openIndex(collectionName, indexName);
    }

    @Override
    protected Index<Object> openOrCreateSecondaryIndex(String collectionName, String indexName, List<IndexKey> keys,
                                                       boolean sparse) {
        return openIndex(collectionName, indexName);
    }

    private synchronized Index<Object> openIndex(String collectionName, String indexName) {
        String namespace = getFullCollectionNamespace(collectionName);
        if (indexName.equals(PrimaryKeyIndex.NAME)) {
            return new PrimaryKeyIndex(storage.openCollection(namespace));
        }
        if (creating != null && creating.name().equals(indexName)) {
            return new OrderedIndex(creating);
        }
        // At startup upstream passes only the keys; the rest is in its list of indexes.
        Document listed = new Document("ns", namespace).append("name", indexName);
        for (Document description : indexes.get().handleQuery(listed)) {
            return new OrderedIndex(IndexDefinition.stored(description));
        }
        throw new IllegalStateException("no description of index " + indexName + " of " + namespace);
    }

    // Collections

    @Override
    protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
        StandinCollection collection = new StandinCollection(this, name, options,
            storage.openCollection(getFullCollectionNamespace(name)), cursorRegistry, openCursors);
        if (!name.startsWith("system.")) {
            opened.put(name, collection);
        }
        return collection;
    }

    @Override
    public synchronized void dropCollection(String name, Oplog oplog) {
        StandinCollection collection = collection(name);
        // No reader may use the map while it is removed.
        synchronized (collection) {
            super.dropCollection(name, oplog);
            opened.remove(name);
            storage.removeCollection(getFullCollectionNamespace(name));
        }
    }

    @Override
    public synchronized void drop(Oplog oplog) {
        List.copyOf(opened.keySet()).forEach(name -> dropCollection(name, oplog));
        storage.removeCollection(getFullCollectionNamespace("system.indexes"));
        storage.removeCollection(getFullCollectionNamespace("system.namespaces"));
    }

    @Override
    public void moveCollection(MongoDatabase from, MongoCollection<?> collection, String newName) {
        throw new UnsupportedOperationException("renameCollection is refused before it comes here");
    }

    @Override
    protected long getFileSize() {
        return storage.fileBytes();
    }

    @Override
    protected long getStorageSize() {
        return storage.fileBytes();
    }
}
