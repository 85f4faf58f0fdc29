package dev.rideline.standin;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.h2.mvstore.MVMap;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.IndexBuildFailedException;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.Oplog;

/**
 * A collection in an MVStore map. Upstream applies queries and updates; this class decides where documents are stored and which
 * ones are read, and never modifies a stored document in place.
 */
final class StandinCollection extends AbstractSynchronizedMongoCollection<Object> {

    private static final Document BY_ID = new Document("_id", 1);

    private final MVMap<Object, StoredDocument> documents;
    private final OpenCursors openCursors;
    private final QueryMatcher matcher = new DefaultQueryMatcher();

    /** Set while upstream searches documents to update: it modifies the top level of what it finds. */
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
        Stream<Document> found = sorted(find(filter), filter, orderBy, limit > 0 ? skip + limit : 0).skip(skip);
        if (limit > 0) {
            found = found.limit(limit);
        }
        if (findingForUpdate) {
            found = found.map(Document::clone);
        }
        if (projection != null && !projection.isEmpty()) {
            found = found.map(document -> project(document, projection));
        }
        return batchSize > 0 ? inBatches(found, batchSize) : new QueryResult(found::iterator);
    }

    /**
     * The matching documents, read one by one as the stream is consumed. No lock is needed: a position leads to a whole document of
     * some moment, and a document that was removed since is skipped.
     */
    synchronized Stream<Document> find(Document filter) {
        Collection<Object> known = CandidateSearch.byId(filter);
        if (known == null) {
            known = CandidateSearch.byIndex(filter, getIndexes());
        }
        Iterator<Object> positions = known != null ? known.iterator() : scan(CandidateSearch.idRange(filter));
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(positions, Spliterator.ORDERED), false)
            .map(documents::get).filter(Objects::nonNull).filter(matching(filter)).map(StoredDocument::document);
    }

    private Predicate<StoredDocument> matching(Document filter) {
        Set<String> fields = BsonFields.ofFilter(filter);
        return stored -> matcher.matches(stored.fields(fields), filter);
    }

    /** Steps from key to key, so that documents can be added and removed meanwhile without keeping an old version of the map. */
    private Iterator<Object> scan(CandidateSearch.IdRange range) {
        return new Iterator<>() {
            private Object next = range.from() == null ? documents.firstKey() : documents.ceilingKey(range.from());

            @Override
            public boolean hasNext() {
                return next != null && range.reaches(next);
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Object current = next;
                next = documents.higherKey(current);
                return current;
            }
        };
    }

    /** @param enough how many of the first ones are needed, 0 for all; that many are held in memory */
    private Stream<Document> sorted(Stream<Document> found, Document filter, Document orderBy, int enough) {
        if (isNaturalDescending(orderBy)) {
            throw Refusals.notSupported("descending natural order");
        }
        Comparator<Document> order = deriveComparator(orderBy);
        if (order == null || isInIdOrder(filter, orderBy)) {
            return found;
        }
        if (enough == 0) {
            return found.sorted(order);
        }
        PriorityQueue<Document> first = new PriorityQueue<>(order.reversed());
        found.forEach(document -> {
            first.add(document);
            if (first.size() > enough) {
                first.remove();
            }
        });
        return first.stream().sorted(order);
    }

    /** The map is in the order of _id, so a scan needs no sort; this makes "the next 1,000 after this _id" cheap. */
    private boolean isInIdOrder(Document filter, Document orderBy) {
        return Values.normalized(orderBy).equals(Values.normalized(BY_ID))
            && CandidateSearch.byId(filter) == null && CandidateSearch.byIndex(filter, getIndexes()) == null;
    }

    /** Upstream's projection is reachable only through a query. */
    private Document project(Document document, Document projection) {
        return matchDocumentsFromStream(new Document(), Stream.of(document), 0, 0, 0, null, projection).iterator().next();
    }

    /** A cursor response of at most batchSize documents; the rest is read on request. */
    QueryResult inBatches(Stream<Document> found, int batchSize) {
        StreamCursor cursor = new StreamCursor(cursorRegistry.generateCursorId(), found.iterator());
        List<Document> first = cursor.takeDocuments(batchSize);
        if (cursor.isEmpty()) {
            return new QueryResult(first);
        }
        cursorRegistry.add(cursor);
        openCursors.opened(cursor);
        return new QueryResult(first, cursor);
    }

    @Override
    public synchronized int count(Document query, int skip, int limit) {
        Stream<Document> found = find(query == null ? new Document() : query).skip(skip);
        return (int) (limit > 0 ? found.limit(limit) : found).count();
    }

    @Override
    protected QueryResult matchDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                         Document projection) {
        throw new UnsupportedOperationException("queryDocuments does it");
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
            // Upstream reports the result only when a document was updated.
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
    public synchronized int deleteDocuments(Document selector, int limit, Oplog oplog) {
        int deleted = 0;
        Iterator<Document> found = find(selector).iterator();
        while ((limit <= 0 || deleted < limit) && found.hasNext()) {
            removeDocument(found.next());
            deleted++;
        }
        return deleted;
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

    /** Upstream stores its list of indexes in a collection without an id field; numbers keep them in order of creation. */
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
     * Removes documents that have expired by a TTL index.
     *
     * @return how many were removed, at most limit
     */
    synchronized int removeExpired(OrderedIndex index, Instant now, int limit) {
        String field = index.definition().key().keySet().iterator().next();
        Instant latest = now.minusSeconds(index.definition().expireAfterSeconds().longValue());
        // Dates sort above strings and numbers; starting at the smallest date avoids reading those in every sweep.
        List<Object> due = index.positions(List.of(), Instant.ofEpochMilli(Long.MIN_VALUE), latest);
        List<Document> expired = due.stream().distinct().limit(limit)
            .map(documents::get).filter(Objects::nonNull).map(StoredDocument::document)
            .filter(document -> matcher.matches(document, new Document(field, new Document("$lte", latest)))).toList();
        expired.forEach(this::removeDocument);
        return expired.size();
    }

    // What upstream does not guard

    /** Upstream would parse each document completely, and twice. */
    @Override
    public synchronized void addIndex(Index<Object> index) {
        if (index instanceof OrderedIndex ordered) {
            Set<String> fields = ordered.fields();
            try {
                documents.forEach((position, stored) -> ordered.add(stored.fields(fields), position, this));
            } catch (MongoServerError duplicate) {
                throw new IndexBuildFailedException(duplicate, this);
            }
        }
        getIndexes().add(index);
    }

    @Override
    public synchronized void dropIndex(String name) {
        super.dropIndex(name);
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
        return false; // It would encode each document once more per write.
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
