package dev.rideline.standin;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.h2.mvstore.MVMap;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * Returns the first response to a write that a driver sends twice, instead of applying it twice.
 *
 * <p>A driver retries when a connection broke before the response, with the same session and transaction number. The response of
 * each session's newest number is stored and committed together with the write, so this also holds across a kill -9. Bounded:
 * the sessions with the oldest writes are removed first.
 */
final class RetriedWrites {

    private static final int MAX_SESSIONS = 4_096;
    private static final long MAX_BYTES = 32L * 1024 * 1024;
    private static final int TRANSACTION_TOO_OLD = 225;

    private static final class Session {
        private long number;
        private CompletableFuture<Document> answer;
        /** Of a batch of which a part was applied and the rest was not. */
        private Document progress;
        private int bytes;
    }

    private final MVMap<Object, StoredDocument> kept;
    /** In the order of last use. */
    private final LinkedHashMap<Object, Session> sessions = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    RetriedWrites(MVMap<Object, StoredDocument> kept) {
        this.kept = kept;
        kept.forEach((id, stored) -> {
            Session session = new Session();
            session.number = ((Number) stored.document().get("number")).longValue();
            Document answer = (Document) stored.document().get("answer");
            if (SlicedWrite.isProgress(answer)) {
                session.progress = answer;
            } else {
                session.answer = CompletableFuture.completedFuture(answer);
            }
            session.bytes = stored.bson().length;
            bytes += session.bytes;
            sessions.put(id, session);
        });
    }

    /**
     * Applies a write unless it was applied before; then returns the earlier response, also while the first attempt is in progress.
     *
     * @param write applies the write, or what is left of it after the progress of an earlier attempt (null: all of it); it calls
     *     {@link #keep} before anything can be committed, and its future completes when it is durable
     */
    CompletableFuture<Document> once(Object sessionId, long number, Function<Document, CompletableFuture<Document>> write) {
        CompletableFuture<Document> answer = new CompletableFuture<>();
        Document progress;
        synchronized (this) {
            Session session = sessions.computeIfAbsent(sessionId, id -> new Session());
            if (session.answer != null && number == session.number) {
                return session.answer;
            }
            if ((session.answer != null || session.progress != null) && number < session.number) {
                throw new MongoServerError(TRANSACTION_TOO_OLD, "TransactionTooOld",
                    "a newer write of this session was seen: " + session.number);
            }
            progress = number == session.number ? session.progress : null;
            session.number = number;
            session.answer = answer;
            session.progress = progress;
        }
        try {
            write.apply(progress).whenComplete((document, failure) -> {
                if (failure == null) {
                    answer.complete(document);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException refused) {
            // It changed nothing beyond what its progress says, so a retry may apply it.
            forget(sessionId, number);
            answer.completeExceptionally(refused); // For a retry that already waits for it.
            throw refused;
        }
        return answer;
    }

    /** Records a response, or the progress of a batch. Call it inside the write's own group commit section. */
    synchronized void keep(Object sessionId, long number, Document answer) {
        Session session = sessions.get(sessionId);
        if (session == null || session.number != number) {
            return;
        }
        session.progress = SlicedWrite.isProgress(answer) ? answer : null;
        StoredDocument stored = StoredDocument.of(new Document("number", number).append("answer", answer));
        kept.put(sessionId, stored);
        bytes += stored.bson().length - session.bytes;
        session.bytes = stored.bson().length;
        forgetOldest();
    }

    private synchronized void forget(Object sessionId, long number) {
        Session session = sessions.get(sessionId);
        if (session != null && session.number == number) {
            session.answer = null;
        }
    }

    private void forgetOldest() {
        Iterator<Map.Entry<Object, Session>> oldestFirst = sessions.entrySet().iterator();
        while (oldestFirst.hasNext() && (sessions.size() > MAX_SESSIONS || bytes > MAX_BYTES)) {
            Map.Entry<Object, Session> oldest = oldestFirst.next();
            CompletableFuture<Document> answer = oldest.getValue().answer;
            if (answer != null && !answer.isDone()) {
                continue;
            }
            bytes -= oldest.getValue().bytes;
            kept.remove(oldest.getKey());
            oldestFirst.remove();
        }
    }
}
