package dev.rideline.standin;

import java.util.Set;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A document in the store: its BSON bytes and, once it was read, the parsed form.
 *
 * <p>Immutable; an update stores a new one. Readers therefore need no lock, and a commit is cheap: a page holds many documents and is
 * rewritten completely when one of them changes, so the bytes of the others are copied instead of encoded again.
 */
final class StoredDocument {

    private final byte[] bson;
    private volatile Document parsed;

    private StoredDocument(byte[] bson, Document parsed) {
        this.bson = bson;
        this.parsed = parsed;
    }

    /** Takes ownership of the document: the caller must not modify it afterwards. */
    static StoredDocument of(Document document) {
        ByteBuf buffer = Unpooled.buffer(512);
        BsonEncoder.encodeDocument(document, buffer);
        byte[] bson = new byte[buffer.readableBytes()];
        buffer.readBytes(bson);
        return new StoredDocument(bson, document);
    }

    static StoredDocument ofBson(byte[] bson) {
        return new StoredDocument(bson, null);
    }

    /** Read only. */
    Document document() {
        Document document = parsed;
        if (document == null) {
            document = BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
            parsed = document;
        }
        return document;
    }

    /**
     * At least the given top-level fields of the document. Read only.
     *
     * @param requested null for all
     */
    Document fields(Set<String> requested) {
        return parsed != null || requested == null ? document() : BsonFields.read(bson, requested);
    }

    byte[] bson() {
        return bson;
    }
}
