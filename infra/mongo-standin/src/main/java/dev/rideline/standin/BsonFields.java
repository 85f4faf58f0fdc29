package dev.rideline.standin;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.BsonConstants;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Reads single top-level fields of BSON and skips the rest. A track block has some 600 values and a filter needs two of its fields,
 * so a scan, and building the indexes at startup, costs little more than reading the file.
 */
final class BsonFields {

    private static final Set<String> COMBINING = Set.of("$and", "$or", "$nor");

    private BsonFields() {
    }

    /** A document with those of the requested fields that exist. */
    static Document read(byte[] bson, Set<String> requested) {
        ByteBuf in = Unpooled.wrappedBuffer(bson);
        in.skipBytes(Integer.BYTES);
        Document found = new Document();
        while (found.size() < requested.size()) {
            byte type = in.readByte();
            if (type == BsonConstants.TERMINATING_BYTE) {
                break;
            }
            String name = BsonDecoder.decodeCString(in);
            if (requested.contains(name)) {
                found.put(name, BsonDecoder.decodeValue(type, in));
            } else {
                skip(type, in);
            }
        }
        return found;
    }

    /** The top-level fields that a filter reads, or null when they cannot be determined. */
    static Set<String> ofFilter(Document filter) {
        Set<String> fields = new HashSet<>();
        return collect(filter, fields) ? fields : null;
    }

    /** The top-level field of a dotted path. */
    static String first(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    private static boolean collect(Document filter, Set<String> fields) {
        for (var term : filter.entrySet()) {
            if (COMBINING.contains(term.getKey()) && term.getValue() instanceof List<?> parts) {
                for (Object part : parts) {
                    if (!(part instanceof Document inner) || !collect(inner, fields)) {
                        return false;
                    }
                }
            } else if (term.getKey().startsWith("$")) {
                return false;
            } else {
                fields.add(first(term.getKey()));
            }
        }
        return true;
    }

    private static void skip(byte type, ByteBuf in) {
        switch (type) {
            case BsonConstants.TYPE_UTF8_STRING, BsonConstants.TYPE_JAVASCRIPT_CODE -> in.skipBytes(in.readIntLE());
            case BsonConstants.TYPE_EMBEDDED_DOCUMENT, BsonConstants.TYPE_ARRAY ->
                in.skipBytes(in.readIntLE() - Integer.BYTES);
            case BsonConstants.TYPE_DATA -> in.skipBytes(in.readIntLE() + 1);
            case BsonConstants.TYPE_DOUBLE, BsonConstants.TYPE_UTC_DATETIME, BsonConstants.TYPE_TIMESTAMP,
                BsonConstants.TYPE_INT64 -> in.skipBytes(Long.BYTES);
            case BsonConstants.TYPE_INT32 -> in.skipBytes(Integer.BYTES);
            case BsonConstants.TYPE_BOOLEAN -> in.skipBytes(1);
            case BsonConstants.TYPE_NULL, BsonConstants.TYPE_MIN_KEY, BsonConstants.TYPE_MAX_KEY -> { }
            default -> BsonDecoder.decodeValue(type, in); // Rare: upstream knows its length.
        }
    }
}
