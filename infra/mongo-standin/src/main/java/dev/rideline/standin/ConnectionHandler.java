package dev.rideline.standin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import de.bwaldvogel.mongo.wire.message.ClientRequest;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import de.bwaldvogel.mongo.wire.message.MongoReply;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;

/**
 * Requests and responses of one client. Upstream's handler responds before it returns; this one lets a response wait for the disk
 * while its thread serves other requests.
 */
final class ConnectionHandler extends SimpleChannelInboundHandler<ClientRequest> {

    private static final int UNKNOWN_ERROR = 8;

    private final StandinBackend backend;
    private final ChannelGroup connections;
    private final Consumer<Throwable> onFailure;
    private final AtomicInteger lastRequestId = new AtomicInteger();

    /** @param onFailure called when the process must end, for example when it is out of memory */
    ConnectionHandler(StandinBackend backend, ChannelGroup connections, Consumer<Throwable> onFailure) {
        this.backend = backend;
        this.connections = connections;
        this.onFailure = onFailure;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        connections.add(context.channel());
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        backend.handleClose(context.channel());
        super.channelInactive(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ClientRequest request) {
        Channel channel = context.channel();
        MessageHeader header = new MessageHeader(lastRequestId.incrementAndGet(), request.getHeader().getRequestID());
        execute(channel, commandOf(request)).exceptionally(ConnectionHandler::toError).thenAccept(answer ->
            channel.writeAndFlush(request instanceof MongoQuery
                ? new MongoReply(header, List.of(answer), 0)
                : new MongoMessage(channel, header, answer)));
    }

    /** Drivers open a connection with a query of the old protocol; everything else arrives as a message. */
    private static Document commandOf(ClientRequest request) {
        if (request instanceof MongoMessage message) {
            return message.getDocument();
        }
        Document query = ((MongoQuery) request).getQuery();
        Document command = query.get("$query") instanceof Document wrapped ? wrapped : query;
        return command.clone().append("$db", request.getDatabaseName());
    }

    private CompletableFuture<Document> execute(Channel channel, Document command) {
        try {
            return backend.execute(channel, command);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static Document toError(Throwable failure) {
        Throwable cause = failure.getCause() != null && !(failure instanceof MongoServerException) ? failure.getCause() : failure;
        Document error = new Document("ok", 0.0);
        if (cause instanceof MongoServerError known) {
            return error.append("errmsg", known.getMessageWithoutErrorCode()).append("code", known.getCode())
                .append("codeName", known.getCodeName());
        }
        if (!(cause instanceof MongoServerException)) {
            // Only the place in the code: the document may hold a person's position.
            System.err.println("mongo-standin: unexpected " + cause.getClass().getName() + " at "
                + (cause.getStackTrace().length > 0 ? cause.getStackTrace()[0] : "an unknown place"));
        }
        return error.append("errmsg", String.valueOf(cause.getMessage())).append("code", UNKNOWN_ERROR)
            .append("codeName", "UnknownError");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Error) {
            onFailure.accept(cause);
        }
        // A broken connection or an unreadable message: the client sees the connection close and retries.
        context.close();
    }
}
