package dev.rideline.standin;

import java.nio.ByteBuffer;

import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** How MVStore writes a document into a page. */
final class StoredDocumentType extends BasicDataType<StoredDocument> {

    /**
     * Heap bytes per BSON byte: the bytes and the parsed form. MVStore splits pages and fills its cache by this estimate, so too low a
     * factor makes the cache several times larger than configured.
     */
    private static final int HEAP_PER_BSON_BYTE = 4;
    private static final int OBJECT_OVERHEAD = 120;

    @Override
    public int getMemory(StoredDocument document) {
        return OBJECT_OVERHEAD + HEAP_PER_BSON_BYTE * document.bson().length;
    }

    @Override
    public void write(WriteBuffer buffer, StoredDocument document) {
        // BSON starts with its own length, so nothing else has to be written.
        buffer.put(document.bson());
    }

    @Override
    public StoredDocument read(ByteBuffer buffer) {
        int length = Integer.reverseBytes(buffer.getInt(buffer.position()));
        byte[] bson = new byte[length];
        buffer.get(bson);
        return StoredDocument.ofBson(bson);
    }

    @Override
    public StoredDocument[] createStorage(int size) {
        return new StoredDocument[size];
    }
}
