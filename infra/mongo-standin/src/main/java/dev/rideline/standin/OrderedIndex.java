package dev.rideline.standin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;

/**
 * Every index except that of {@code _id}: unique or not, partial or not, in memory, rebuilt when the collection is opened.
 *
 * <p>In memory, because an index on disk would double the pages of each commit and would have to stay consistent with the
 * documents across a kill. Guarded by the collection's lock.
 */
final class OrderedIndex extends Index<Object> {

    /** A place in the order: of a document, or, with position null, just before or after all entries with a prefix. */
    private record Entry(KeyValue values, Object position, int edge) {
    }

    private static final ValueComparator VALUES = ValueComparator.ascWithoutListHandling();
    private static final Comparator<Entry> ORDER = OrderedIndex::compare;

    private final IndexDefinition definition;
    private final QueryMatcher matcher = new DefaultQueryMatcher();
    private final NavigableSet<Entry> entries = new TreeSet<>(ORDER);
    private boolean multikey;

    OrderedIndex(IndexDefinition definition) {
        // Upstream accepts a missing document only in a sparse index; a partial index lacks some by design.
        super(definition.name(), definition.keys(), true);
        this.definition = definition;
    }

    IndexDefinition definition() {
        return definition;
    }

    /** The top-level fields that the index reads; null when they cannot be determined. */
    Set<String> fields() {
        Document looksAt = new Document("_id", 1);
        keys().forEach(path -> looksAt.put(path, 1));
        Document filter = definition.partialFilter();
        Set<String> fields = BsonFields.ofFilter(looksAt);
        Set<String> filtered = BsonFields.ofFilter(filter == null ? new Document() : filter);
        if (filtered == null) {
            return null;
        }
        fields.addAll(filtered);
        return fields;
    }

    /** True once a document had an array under a key: two elements may then meet the two bounds on a field. */
    boolean isMultikey() {
        return multikey;
    }

    /**
     * Positions of all documents whose first keys equal the given values and whose next key is in the range, in key order. Returns a
     * document twice when the index is multikey and both entries match.
     *
     * @param prefix normalized values of the first keys, possibly none
     * @param from least value of the next key, or null
     * @param to greatest value of the next key, or null
     */
    List<Object> positions(List<Object> prefix, Object from, Object to) {
        if (prefix.isEmpty() && from == null && to == null) {
            throw new IllegalArgumentException("a scan needs a prefix or a bound: the index does not contain all documents");
        }
        if (from != null && to != null && VALUES.compare(from, to) > 0) {
            return List.of();
        }
        NavigableSet<Entry> found = entries;
        if (!prefix.isEmpty() || from != null) {
            found = found.tailSet(edge(prefix, from, -1), false);
        }
        if (!prefix.isEmpty() || to != null) {
            found = found.headSet(edge(prefix, to, 1), false);
        }
        List<Object> positions = new ArrayList<>();
        for (Entry entry : found) {
            positions.add(entry.position());
        }
        return positions;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        if (holds(document)) {
            checkUnique(document, Values.position(document), collection);
        } else {
            getKeyValues(document); // Parallel arrays are an error even when the filter excludes the document.
        }
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        if (!holds(document)) {
            return;
        }
        checkUnique(document, position, collection);
        Set<KeyValue> keys = getKeyValues(document);
        multikey |= keys.size() != 1;
        for (KeyValue values : keys) {
            entries.add(new Entry(values, position, 0));
        }
    }

    @Override
    public Object remove(Document document) {
        if (!holds(document)) {
            return null;
        }
        Object position = Values.position(document);
        for (KeyValue values : getKeyValues(document)) {
            entries.remove(new Entry(values, position, 0));
        }
        return position;
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<Object> collection) {
        if (holds(newDocument)) {
            checkUnique(newDocument, Values.position(oldDocument), collection);
        }
    }

    @Override
    public void updateInPlace(Document oldDocument, Document newDocument, Object position, MongoCollection<Object> collection) {
        remove(oldDocument);
        add(newDocument, position, collection);
    }

    /** Whether the index has entries of such a document. Checked for both sides of an update, so a document can enter and leave. */
    private boolean holds(Document document) {
        Document filter = definition.partialFilter();
        if (filter != null && !matcher.matches(document, filter)) {
            return false;
        }
        return !definition.sparse() || keys().stream()
            .anyMatch(key -> !(Utils.getSubdocumentValue(document, key) instanceof Missing));
    }

    private void checkUnique(Document document, Object ownPosition, MongoCollection<Object> collection) {
        if (!definition.unique()) {
            return;
        }
        for (KeyValue values : getKeyValues(document)) {
            Entry next = entries.higher(new Entry(values, null, -1));
            if (next != null && compareValues(next.values(), values) == 0 && VALUES.compare(next.position(), ownPosition) != 0) {
                throw new DuplicateKeyError(this, collection, getKeys(), values);
            }
        }
    }

    private static Entry edge(List<Object> prefix, Object next, int edge) {
        List<Object> values = new ArrayList<>(prefix);
        if (next != null) {
            values.add(next);
        }
        return new Entry(new KeyValue(values), null, edge);
    }

    private static int compare(Entry left, Entry right) {
        int order = compareValues(left.values(), right.values());
        if (order != 0) {
            return order;
        }
        if (left.position() == null || right.position() == null) {
            return Integer.compare(left.edge(), right.edge());
        }
        return VALUES.compare(left.position(), right.position());
    }

    /** Compares the keys that both have: an edge has only a prefix. */
    private static int compareValues(KeyValue left, KeyValue right) {
        int length = Math.min(left.size(), right.size());
        for (int i = 0; i < length; i++) {
            int order = VALUES.compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public Object getPosition(Document document) {
        return null; // The primary key index has the position.
    }

    @Override
    public boolean canHandle(Document query) {
        return false; // CandidateSearch decides.
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getCount() {
        return entries.size();
    }

    @Override
    public long getDataSize() {
        return 0;
    }

    @Override
    public boolean isUnique() {
        return definition.unique();
    }

    @Override
    public void drop() {
        entries.clear();
    }
}
