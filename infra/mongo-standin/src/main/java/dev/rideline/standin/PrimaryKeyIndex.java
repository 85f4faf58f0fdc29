package dev.rideline.standin;

import java.util.List;

import org.h2.mvstore.MVMap;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;

/** The index of {@code _id}: a view of the collection's map, which is ordered by it. It stores nothing. */
final class PrimaryKeyIndex extends Index<Object> {

    static final String NAME = "_id_";

    private final MVMap<Object, StoredDocument> documents;

    PrimaryKeyIndex(MVMap<Object, StoredDocument> documents) {
        super(NAME, List.of(new IndexKey("_id", true)), false);
        this.documents = documents;
    }

    @Override
    public Object getPosition(Document document) {
        return Values.position(document);
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        if (documents.containsKey(Values.position(document))) {
            throw new DuplicateKeyError(this, collection, getKeys(), new KeyValue(document.get("_id")));
        }
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        // The collection's map already contains it.
    }

    @Override
    public Object remove(Document document) {
        Object position = Values.position(document);
        return documents.containsKey(position) ? position : null;
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<Object> collection) {
        // The update itself refuses to change _id.
    }

    @Override
    public void updateInPlace(Document oldDocument, Document newDocument, Object position, MongoCollection<Object> collection) {
        // See checkUpdate.
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
        return documents.sizeAsLong();
    }

    @Override
    public long getDataSize() {
        return 0;
    }

    @Override
    public boolean isUnique() {
        return true;
    }

    @Override
    public void drop() {
        // Removed with the collection.
    }
}
