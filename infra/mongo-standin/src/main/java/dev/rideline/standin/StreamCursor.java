package dev.rideline.standin;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import de.bwaldvogel.mongo.backend.AbstractCursor;
import de.bwaldvogel.mongo.bson.Document;

/**
 * A cursor that reads on request. Upstream's holds all remaining documents: one scan of a large collection would take more memory
 * than the collection.
 */
final class StreamCursor extends AbstractCursor {

    private final Iterator<Document> documents;

    StreamCursor(long id, Iterator<Document> documents) {
        super(id);
        this.documents = documents;
    }

    @Override
    public synchronized boolean isEmpty() {
        return !documents.hasNext();
    }

    /** At most that many; upstream requests one or more. */
    @Override
    public synchronized List<Document> takeDocuments(int atMost) {
        List<Document> batch = new ArrayList<>();
        while (batch.size() < atMost && documents.hasNext()) {
            batch.add(documents.next());
        }
        return batch;
    }
}
