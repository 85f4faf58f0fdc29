package dev.rideline.standin;

import java.nio.ByteBuffer;

import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;

/**
 * Keys of a collection: any BSON value, in MongoDB's comparison order, so that a range of {@code _id} is a range of the map.
 */
final class IdType extends BasicDataType<Object> {

    private static final int HEAP_ESTIMATE = 96;
    private static final StoredDocumentType BSON = new StoredDocumentType();

    @Override
    public int compare(Object left, Object right) {
        return ValueComparator.ascWithoutListHandling().compare(left, right);
    }

    @Override
    public int getMemory(Object id) {
        return HEAP_ESTIMATE;
    }

    @Override
    public void write(WriteBuffer buffer, Object id) {
        BSON.write(buffer, StoredDocument.of(new Document("", id instanceof Missing ? null : id)));
    }

    @Override
    public Object read(ByteBuffer buffer) {
        return Missing.ofNullable(BSON.read(buffer).document().get(""));
    }

    @Override
    public Object[] createStorage(int size) {
        return new Object[size];
    }
}
