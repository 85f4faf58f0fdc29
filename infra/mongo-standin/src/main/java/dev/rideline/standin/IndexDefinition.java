package dev.rideline.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/** The definition of one index as {@code createIndexes} received it, kept unchanged so that {@code listIndexes} returns it. */
record IndexDefinition(String name, Document key, Document description) {

    private static final int CANNOT_CREATE_INDEX = 67;
    private static final int COMMAND_NOT_SUPPORTED = 115;
    private static final Set<String> KNOWN =
        Set.of("v", "key", "name", "ns", "unique", "sparse", "background", "partialFilterExpression", "expireAfterSeconds");
    /** Options by which two indexes differ. */
    private static final List<String> COMPARED =
        List.of("unique", "sparse", "partialFilterExpression", "expireAfterSeconds");

    /** Checks a definition as the client sent it. An option that has no effect here is an error, so that nobody relies on it. */
    static IndexDefinition parse(Document sent) {
        for (String option : sent.keySet()) {
            if (!KNOWN.contains(option)) {
                throw new MongoServerError(COMMAND_NOT_SUPPORTED, "CommandNotSupported",
                    "the stand-in has no index option '" + option + "'");
            }
        }
        if (!(sent.get("key") instanceof Document key) || key.isEmpty()) {
            throw new MongoServerError(CANNOT_CREATE_INDEX, "CannotCreateIndex", "an index needs a key");
        }
        if (!(sent.get("name") instanceof String name) || name.isEmpty()) {
            throw new MongoServerError(CANNOT_CREATE_INDEX, "CannotCreateIndex", "an index needs a name");
        }
        key.forEach((field, direction) -> {
            if (!(direction instanceof Number number) || number.doubleValue() == 0 || field.contains("$")) {
                throw new MongoServerError(COMMAND_NOT_SUPPORTED, "CommandNotSupported",
                    "the stand-in has only ascending and descending indexes, not " + field + ": " + direction);
            }
        });
        Document description = new Document("v", 2).append("key", key).append("name", name);
        for (String option : COMPARED) {
            if (sent.get(option) != null && !Boolean.FALSE.equals(sent.get(option))) {
                description.put(option, sent.get(option));
            }
        }
        return new IndexDefinition(name, key, description);
    }

    /** A definition that an earlier run stored, with the name of its collection. */
    static IndexDefinition stored(Document listed) {
        Document description = listed.clone();
        description.remove("ns");
        return new IndexDefinition((String) description.get("name"), (Document) description.get("key"), description);
    }

    boolean hasSameKey(IndexDefinition other) {
        return new ArrayList<>(key.keySet()).equals(new ArrayList<>(other.key.keySet())) && comparable(key, other.key);
    }

    boolean hasSameOptions(IndexDefinition other) {
        return COMPARED.stream().allMatch(option -> comparable(description.get(option), other.description.get(option)));
    }

    List<IndexKey> keys() {
        List<IndexKey> keys = new ArrayList<>();
        key.forEach((field, direction) -> keys.add(new IndexKey(field, ((Number) direction).doubleValue() > 0)));
        return keys;
    }

    boolean unique() {
        return Utils.isTrue(description.get("unique"));
    }

    boolean sparse() {
        return Utils.isTrue(description.get("sparse"));
    }

    /** Null when the index contains every document. */
    Document partialFilter() {
        return (Document) description.get("partialFilterExpression");
    }

    /** Null when documents do not expire by this index. */
    Number expireAfterSeconds() {
        return (Number) description.get("expireAfterSeconds");
    }

    private static boolean comparable(Object left, Object right) {
        return Values.normalized(left).equals(Values.normalized(right));
    }
}
