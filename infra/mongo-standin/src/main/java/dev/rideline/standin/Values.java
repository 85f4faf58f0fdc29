package dev.rideline.standin;

import java.time.Instant;
import java.util.UUID;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;

/** Rules about single values that indexes and the primary key share. */
final class Values {

    private Values() {
    }

    /** The form in which equal values are equal objects: 1, 1L and 1.0 are the same key to MongoDB. Never null. */
    static Object normalized(Object value) {
        return Missing.ofNullable(new KeyValue(value).normalized().get(0));
    }

    /** The place of a document in its collection. */
    static Object position(Document document) {
        return normalized(document.get("_id"));
    }

    /**
     * Whether an index can look the value up: its order is total and it does not mean more than itself. Null also means "missing",
     * an array also means "one of these", a document may hold operators.
     */
    static boolean isScalar(Object value) {
        if (value instanceof Double number) {
            return !number.isNaN();
        }
        return value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof Instant
            || value instanceof ObjectId || value instanceof UUID;
    }
}
