package dev.rideline.standin;

import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.h2.mvstore.MVMap;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Cursor;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;

/**
 * A collection in an MVStore map. Upstream applies queries and updates; this class says where documents lie, which ones to look
 * at, and that a stored document is never changed in place.
 */
final class StandinCollection extends AbstractSynchronizedMongoCollection<Object> {

    private static final Document BY_ID = new Document("_id", 1);

    private final MVMap<Object, StoredDocument> documents;
    private final OpenCursors openCursors;
    private final QueryMatcher matcher = new DefaultQueryMatcher();

    /** Set while upstream looks for documents that it is about to change: it changes the top level of what it finds. */
    private boolean findingForUpdate;
    private Object upsertedId;

    StandinCollection(MongoDatabase database, String name, CollectionOptions options, MVMap<Object, StoredDocument> documents,
                      CursorRegistry cursors, OpenCursors openCursors) {
        super(database, name, options, cursors);
        this.documents = documents;
        this.openCursors = openCursors;
    }

    // Finding

    @Override
    protected QueryResult queryDocuments(Document filter, Document orderBy, int skip, int limit, int batchSize,
                                         Document projection) {
        Stream<Document> found = candidates(filter);
        if (findingForUpdate) {
            found = found.filter(document -> matcher.matches(document, filter)).map(Document::clone);
        }
        boolean isSorted = orderBy == null || orderBy.isEmpty() || isInIdOrder(filter, orderBy);
        return matchDocumentsFromStream(found, filter, isSorted ? null : orderBy, skip, limit, batchSize, projection);
    }

    /** The matching documents for an aggregation; a snapshot of the candidates, matched lazily. */
    synchronized List<Document> find(Document filter) {
        return candidates(filter).filter(document -> matcher.matches(document, filter)).toList();
    }

    private Stream<Document> candidates(Document filter) {
        Collection<Object> positions = CandidateSearch.byId(filter);
        if (positions == null) {
            positions = CandidateSearch.byIndex(filter, getIndexes());
        }
        if (positions != null) {
            return positions.stream().map(documents::get).filter(Objects::nonNull).map(StoredDocument::document);
        }
        Object[] range = CandidateSearch.idRange(filter);
        org.h2.mvstore.Cursor<Object, StoredDocument> cursor =
            range == null ? documents.cursor(null) : documents.cursor(range[0], range[1], false);
        Iterator<Document> all = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return cursor.hasNext();
            }

            @Override
            public Document next() {
                cursor.next();
                return cursor.getValue().document();
            }
        };
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
    }

    /** The map is in the order of _id, so a scan of it needs no sort: what makes "the next 1,000 after this _id" cheap. */
    private boolean isInIdOrder(Document filter, Document orderBy) {
        return orderBy.size() == 1 && Values.normalized(orderBy).equals(Values.normalized(BY_ID))
            && CandidateSearch.byId(filter) == null && CandidateSearch.byIndex(filter, getIndexes()) == null;
    }

    @Override
    protected QueryResult matchDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                         Document projection) {
        throw new UnsupportedOperationException("queryDocuments does it");
    }

    @Override
    protected Cursor createCursor(List<Document> remainingDocuments) {
        Cursor cursor = super.createCursor(remainingDocuments);
        openCursors.opened(cursor);
        return cursor;
    }

    /** A cursor answer of at most batchSize documents; the rest waits for getMore. */
    QueryResult inBatches(List<Document> found, int batchSize) {
        return createQueryResult(found, batchSize);
    }

    // Changing

    @Override
    public synchronized Document updateDocuments(Document selector, Document update, ArrayFilters arrayFilters,
                                                 boolean isMulti, boolean isUpsert, Oplog oplog) {
        findingForUpdate = true;
        try {
            return super.updateDocuments(selector, update, arrayFilters, isMulti, isUpsert, oplog);
        } finally {
            findingForUpdate = false;
        }
    }

    @Override
    public synchronized Document findAndModify(Document query) {
        findingForUpdate = true;
        upsertedId = null;
        try {
            Document result = super.findAndModify(query);
            // Upstream says what happened only when a document was updated.
            if (!result.containsKey("lastErrorObject")) {
                boolean isRemoval = Utils.isTrue(query.get("remove"));
                boolean removed = isRemoval && result.get("value") != null;
                Document outcome = new Document("n", removed || upsertedId != null ? 1 : 0);
                if (!isRemoval) {
                    outcome.append("updatedExisting", false).putIfNotNull("upserted", upsertedId);
                }
                result.put("lastErrorObject", outcome);
            }
            return result;
        } finally {
            findingForUpdate = false;
        }
    }

    @Override
    public synchronized void addDocument(Document document) {
        super.addDocument(document);
        upsertedId = document.get("_id");
    }

    @Override
    protected Object addDocumentInternal(Document document) {
        Object position = newPosition(document);
        documents.put(position, StoredDocument.of(document));
        return position;
    }

    /** Upstream keeps its list of indexes in a collection without an id field; numbers keep those in the order of creation. */
    private Object newPosition(Document document) {
        if (getIdField() != null) {
            return Values.normalized(document.get(getIdField()));
        }
        Object last = documents.lastKey();
        return last == null ? 1.0 : ((Number) last).doubleValue() + 1;
    }

    @Override
    protected void handleUpdate(Object position, Document oldDocument, Document newDocument) {
        documents.put(position, StoredDocument.of(newDocument));
    }

    @Override
    protected void removeDocument(Object position) {
        documents.remove(position);
    }

    synchronized List<OrderedIndex> ttlIndexes() {
        return getIndexes().stream().filter(OrderedIndex.class::isInstance).map(index -> (OrderedIndex) index)
            .filter(index -> index.definition().expireAfterSeconds() != null).toList();
    }

    /**
     * Removes documents whose time by a TTL index has come.
     *
     * @return how many were removed, at most limit
     */
    synchronized int removeExpired(OrderedIndex index, Instant now, int limit) {
        String field = index.definition().key().keySet().iterator().next();
        Instant latest = now.minusSeconds(index.definition().expireAfterSeconds().longValue());
        // Dates sort above strings and numbers: from the least date on, or those would be read again in every sweep.
        List<Object> due = index.positions(List.of(), Instant.ofEpochMilli(Long.MIN_VALUE), latest);
        List<Document> expired = due.stream().distinct().limit(limit)
            .map(documents::get).filter(Objects::nonNull).map(StoredDocument::document)
            .filter(document -> matcher.matches(document, new Document(field, new Document("$lte", latest)))).toList();
        expired.forEach(this::removeDocument);
        return expired.size();
    }

    // What upstream leaves unguarded

    @Override
    public synchronized void addIndex(Index<Object> index) {
        super.addIndex(index);
    }

    @Override
    public synchronized void dropIndex(String name) {
        super.dropIndex(name);
    }

    @Override
    public synchronized int count(Document query, int skip, int limit) {
        return super.count(query, skip, limit);
    }

    @Override
    public int count() {
        return documents.size();
    }

    @Override
    public boolean isEmpty() {
        return documents.isEmpty();
    }

    @Override
    protected Document getDocument(Object position) {
        return documents.get(position).document();
    }

    @Override
    protected Stream<DocumentWithPosition<Object>> streamAllDocumentsWithPosition() {
        return documents.entrySet().stream()
            .map(entry -> new DocumentWithPosition<>(entry.getValue().document(), entry.getKey()));
    }

    @Override
    protected boolean tracksDataSize() {
        return false; // Would encode each document once more for each write.
    }

    @Override
    protected void updateDataSize(int sizeDelta) {
        throw new UnsupportedOperationException("data size is not tracked");
    }

    @Override
    protected int getDataSize() {
        return 0;
    }
}
