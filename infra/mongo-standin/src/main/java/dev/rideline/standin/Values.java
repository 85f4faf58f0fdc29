package dev.rideline.standin;

import java.time.Instant;
import java.util.UUID;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;

/** Rules for single values, shared by indexes and the primary key. */
final class Values {

    private Values() {
    }

    /** A form in which equal values are equal objects: 1, 1L and 1.0 are the same key in MongoDB. Never null. */
    static Object normalized(Object value) {
        return Missing.ofNullable(new KeyValue(value).normalized().get(0));
    }

    /** Position of a document in its collection. */
    static Object position(Document document) {
        return normalized(document.get("_id"));
    }

    /**
     * Whether an index can look up the value: its order is total and it matches only itself. Null also matches a missing field, an
     * array also matches one of its elements, and a document may hold operators.
     */
    static boolean isScalar(Object value) {
        if (value instanceof Double number) {
            return !number.isNaN();
        }
        return value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof Instant
            || value instanceof ObjectId || value instanceof UUID;
    }
}
