// Written by `node tests/write-reference-documents.ts` from the declared routes, by openapi-typescript; a test compares the two.
// What openapi-fetch needs to know of every address: parameters, body and answers.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys under which access tokens are signed, until their date. */
        get: operations["getWellKnownJwksJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is degraded, and why: servers, and processes of the region that should run and do not. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs and its event loop turns. */
        get: operations["getHealthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process takes requests: listening, not draining, event loop not lagging; 503 otherwise. */
        get: operations["getHealthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Registers a rider or a driver and signs in. A login is an e-mail address or a phone number, once in a region. */
        post: operations["postV1Accounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what to what, and why; newest first, by actor, target, action or time. */
        get: operations["getV1AdminAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/board-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens the queue board for a quarter of an hour: the answer sets a cookie for its path alone. */
        post: operations["postV1AdminBoardSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/caches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads through each cache of the node that answers, and the share that did not need the record. */
        get: operations["getV1AdminCaches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/catalogue/{tier}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Opens or closes a tier, if the catalogue is still the one that was read. */
        put: operations["putV1AdminCatalogueTier"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drivers who have an account, newest first, with what the live index knows of each. */
        get: operations["getV1AdminDrivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Erasures of people, newest first. */
        get: operations["getV1AdminErasures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/erasures/{erasureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of an erasure: its steps, and the search for the id in every store. */
        get: operations["getV1AdminErasuresErasureId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/finance.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Completed trips from `from` to before `to` with their fares in minor units, as CSV, streamed. */
        get: operations["getV1AdminFinanceCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every limit of requests as it is in force, and who is over it now. */
        get: operations["getV1AdminLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/people/{userId}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a person erased from every store. Answered at once; the report tells how far it is, and its proof. */
        post: operations["postV1AdminPeopleUserIdErasure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/people/{userId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything that is stored about a person, as JSON lines, streamed; the last line says `end`. */
        post: operations["postV1AdminPeopleUserIdExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a promotion under a code of its own; the same again changes nothing. */
        post: operations["postV1AdminPromotions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/promotions/{code}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a promotion; one that is not there is ended already. */
        post: operations["postV1AdminPromotionsCodeEnd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of the region that this server serves: retention, currency, time zone, locale. */
        get: operations["getV1AdminRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/regions/{region}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets them. A shorter retention also shortens the life of what is stored; everywhere in force after 30 s. */
        put: operations["putV1AdminRegionsRegion"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tokens that are void before their time, newest first; each goes by itself when the last has run out. */
        get: operations["getV1AdminRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/riders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Riders who have an account, newest first. */
        get: operations["getV1AdminRiders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bucket-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The bucket's own word that objects have arrived, beside `complete`: the same look, the same write. Authorization: Bearer with the shared secret. */
        post: operations["postV1BucketEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The services of this region: tiers, their tariffs, whether they are open. */
        get: operations["getV1Catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was put aside because it could not be done: how much, where, and why. */
        get: operations["getV1DeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Dead letters of one source, oldest first, without what they hold. */
        get: operations["getV1DeadLettersSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts one dead letter back on its way. Done twice it has one effect; what cannot be read is refused. */
        post: operations["postV1DeadLettersSourceIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same for a batch, oldest first. What cannot be read stays, and `next` goes on after it. */
        post: operations["postV1DeadLettersSourceReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a trip that its driver is already on (development only). Repeated, it answers the same trip. */
        post: operations["postV1DevTrips"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/trips/{tripId}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends an imported trip (development only). Repeated, it answers the ended trip. */
        post: operations["postV1DevTripsTripIdClose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Where the caller's phone can be woken up. A token that another user had leaves that one. */
        put: operations["putV1DevicesDeviceId"];
        post?: never;
        /** Takes the caller's phone off: at sign-out. Repeats change nothing. */
        delete: operations["deleteV1DevicesDeviceId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/document-reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Documents that wait for a person, oldest first. */
        get: operations["getV1DocumentReviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/document-reviews/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Up to 100 decisions, one after the other: one result each, in the order given. */
        post: operations["postV1DocumentReviewsBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Documents, newest first, a page at a time. Drivers and riders see their own. */
        get: operations["getV1Documents"];
        put?: never;
        /** Asks for a form to upload one file: it takes this size, type and SHA-256 and nothing else. Post its fields, then the file. */
        post: operations["postV1Documents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document, for its owner and operators; once it has been checked with addresses of the cleaned copy that work for five minutes. */
        get: operations["getV1DocumentsDocumentId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the file was uploaded. It is looked for, filed and put into the queue; a repeat has no second effect. */
        post: operations["postV1DocumentsDocumentIdComplete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves or rejects a document at the version that was looked at; a later decision replaces it. Both stand in the audit log. */
        post: operations["postV1DocumentsDocumentIdReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{driverId}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of every fix of a driver, by start of the app: stored, refused by reason, missing. */
        get: operations["getV1DriversDriverIdLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{driverId}/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A driver's fixes from `from` to before `to`, in order of time; pages follow by the Link header. */
        get: operations["getV1DriversDriverIdTrack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Up to 100 drivers by id: one result each, in the order asked. */
        post: operations["postV1DriversBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/me/fixes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The batch of `location:update` over HTTP, for phones whose network lets no socket through. Answered after the append. */
        post: operations["postV1DriversMeFixes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The drivers of one status nearest to a point, heard of within the freshness window, as of a few seconds ago at most. Riders see them blurred. For display: matching looks for itself. */
        get: operations["getV1DriversSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The closed list of error codes: status, whether trying again helps, text. */
        get: operations["getV1Errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a ride is estimated to cost, with the best promotion that holds now. */
        get: operations["getV1Fares"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs of one queue by status, newest first. The queue moves meanwhile: a page may repeat what moved. */
        get: operations["getV1Jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a job stands: for the owner of the document that it is about, and for operators. */
        get: operations["getV1JobsJobId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's account. */
        get: operations["getV1Me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the name, or the vehicle of a driver, if the version is the one that was read. */
        patch: operations["patchV1Me"];
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another password: every session ends, and a new one begins with the answer. */
        post: operations["postV1MePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller prefers; version 0 while nothing was set. */
        get: operations["getV1MePreferences"];
        /** Sets them, if they are still those that were read. */
        put: operations["putV1MePreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's own notifications, newest first, a page at a time. */
        get: operations["getV1Notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{notificationId}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the caller has a notification: it is not sent again. Repeats change nothing. */
        post: operations["postV1NotificationsNotificationIdAck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{offerId}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A driver's answer to an offer; the same as `offer:answer` by socket. */
        post: operations["postV1OffersOfferIdAnswer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description of every route. */
        get: operations["getV1OpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Promotions that hold now or later. */
        get: operations["getV1Promotions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a session: an access token for 15 minutes and a refresh token. Accounts of all roles. */
        post: operations["postV1SignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of a refresh token with its access tokens and sockets; one that has ended stays so. */
        post: operations["postV1SignOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all of the caller's sessions, tokens and sockets, on every node. */
        post: operations["postV1SignOutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's domain clock, for phones that report over HTTP. */
        get: operations["getV1Time"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The next access token and refresh token of a session. A refresh token is good once; one that comes again ends its session (but for a lost answer, within 10 s, once). */
        post: operations["postV1Token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trips, newest first, a page at a time. Riders and drivers see their own. */
        get: operations["getV1Trips"];
        put?: never;
        /** Asks for a trip. Its id is the client's: a repeat answers the same trip with 200. Answered at once as `searching` or `scheduled`. */
        post: operations["postV1Trips"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One trip, for its rider, its driver and operators. */
        get: operations["getV1TripsTripId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What operators have done to a trip, newest first. */
        get: operations["getV1TripsTripIdAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a trip off: its rider, or an operator, who has to give a reason. */
        post: operations["postV1TripsTripIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every driver who was considered for a trip, each with one reason: why he, or why not. */
        get: operations["getV1TripsTripIdCandidates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a driver does on his trip; the same as `trip:command` by socket. */
        post: operations["postV1TripsTripIdCommands"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What has happened to a trip, oldest first. */
        get: operations["getV1TripsTripIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/reassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the driver off a trip that has not begun; it is searched for anew, without him. */
        post: operations["postV1TripsTripIdReassign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Up to 100 trips by id: one result each, in the order asked. Riders and drivers find their own. */
        post: operations["postV1TripsBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an account of an operator, an admin or a driver, with a reason. Its login is the key: a repeat is CONFLICT. */
        post: operations["postV1Users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a suspended user sign in again, with a reason. */
        post: operations["postV1UsersUserIdReinstate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all of a user's sessions, tokens and sockets, with a reason. He may sign in again. */
        post: operations["postV1UsersUserIdRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps a user out, at once and until he is reinstated, with a reason. Not oneself, not the last admin. */
        post: operations["postV1UsersUserIdSuspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /** @enum {string} */
            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
            detail?: string;
            issues?: {
                message: string;
                path: string;
            }[];
            requestId: string;
            retryAfterMs?: number;
            status: number;
            title: string;
            type: string;
            version?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getWellKnownJwksJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys under which access tokens are signed, until their date. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /** @constant */
                            alg: "EdDSA";
                            /** @constant */
                            crv: "Ed25519";
                            kid: string;
                            /** @constant */
                            kty: "OKP";
                            /** @constant */
                            use: "sig";
                            x: string;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is degraded, and why: servers, and processes of the region that should run and do not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process runs and its event loop turns. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process takes requests: listening, not draining, event loop not lagging; 503 otherwise. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1Accounts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    name: string;
                    password: string;
                    /** @enum {string} */
                    role: "rider" | "driver";
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                };
            };
        };
        responses: {
            /** @description Registers a rider or a driver and signs in. A login is an e-mail address or a phone number, once in a region. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminAudit: {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                cursor?: string;
                fields?: string;
                from?: string;
                limit?: number;
                target?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who did what to what, and why; newest first, by actor, target, action or time. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            action?: string;
                            actor?: {
                                id: string;
                                role: string;
                            };
                            /** Format: date-time */
                            at?: string;
                            data?: {
                                [key: string]: unknown;
                            };
                            id?: string;
                            target?: string;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1AdminBoardSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Opens the queue board for a quarter of an hour: the answer sets a cookie for its path alone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        url: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminCaches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reads through each cache of the node that answers, and the share that did not need the record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        caches: {
                            cache: string;
                            degraded: number;
                            hit: number;
                            hitRate: number | null;
                            miss: number;
                            process: number;
                            reads: number;
                            stale: number;
                            ttlMs: number;
                        }[];
                        process: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putV1AdminCatalogueTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tier: "standard" | "comfort" | "xl";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    open: boolean;
                    reason: string;
                    version: number;
                };
            };
        };
        responses: {
            /** @description Opens or closes a tier, if the catalogue is still the one that was read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tiers: {
                            open: boolean;
                            tariff: {
                                /** @description the currency's minor units */
                                baseMinor: number;
                                currency: string;
                                /** @description the currency's minor units */
                                minimumMinor: number;
                                /** @description the currency's minor units */
                                perKmMinor: number;
                                /** @description the currency's minor units */
                                perMinuteMinor: number;
                            };
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                        }[];
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminDrivers: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                tier?: "standard" | "comfort" | "xl";
                vehicleId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Drivers who have an account, newest first, with what the live index knows of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        drivers: {
                            /** Format: date-time */
                            createdAt?: string;
                            driverId?: string;
                            lastFixAt?: string | null;
                            login?: string | null;
                            name?: string;
                            /** @enum {string} */
                            state?: "active" | "suspended";
                            status?: ("available" | "busy" | "offline") | null;
                            tier?: string;
                            vehicle?: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminErasures: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erasures of people, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        erasures: {
                            blockedBy: string | null;
                            erasureId: string;
                            finishedAt: string | null;
                            proof: {
                                /** Format: date-time */
                                at: string;
                                clean: boolean;
                                stores: {
                                    found: number;
                                    kept?: string;
                                    searched: number;
                                    store: string;
                                }[];
                            } | null;
                            /** Format: date-time */
                            requestedAt: string;
                            role: ("driver" | "rider" | "operator" | "admin") | null;
                            /** @enum {string} */
                            state: "waiting" | "running" | "blocked" | "done";
                            steps: {
                                finishedAt: string | null;
                                name: string;
                                /** @enum {string} */
                                state: "waiting" | "done";
                                touched: number;
                            }[];
                            userId: string;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminErasuresErasureId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                erasureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report of an erasure: its steps, and the search for the id in every store. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blockedBy: string | null;
                        erasureId: string;
                        finishedAt: string | null;
                        proof: {
                            /** Format: date-time */
                            at: string;
                            clean: boolean;
                            stores: {
                                found: number;
                                kept?: string;
                                searched: number;
                                store: string;
                            }[];
                        } | null;
                        /** Format: date-time */
                        requestedAt: string;
                        role: ("driver" | "rider" | "operator" | "admin") | null;
                        /** @enum {string} */
                        state: "waiting" | "running" | "blocked" | "done";
                        steps: {
                            finishedAt: string | null;
                            name: string;
                            /** @enum {string} */
                            state: "waiting" | "done";
                            touched: number;
                        }[];
                        userId: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminFinanceCsv: {
        parameters: {
            query: {
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Completed trips from `from` to before `to` with their fares in minor units, as CSV, streamed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every limit of requests as it is in force, and who is over it now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        limits: {
                            blocked: {
                                key: string;
                                resetMs: number;
                                used: number;
                            }[];
                            by: string;
                            help: string;
                            name: string;
                            over: string;
                            points: number;
                            whenRedisIsAway: string;
                            windowSeconds: number;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1AdminPeopleUserIdErasure: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Has a person erased from every store. Answered at once; the report tells how far it is, and its proof. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blockedBy: string | null;
                        erasureId: string;
                        finishedAt: string | null;
                        proof: {
                            /** Format: date-time */
                            at: string;
                            clean: boolean;
                            stores: {
                                found: number;
                                kept?: string;
                                searched: number;
                                store: string;
                            }[];
                        } | null;
                        /** Format: date-time */
                        requestedAt: string;
                        role: ("driver" | "rider" | "operator" | "admin") | null;
                        /** @enum {string} */
                        state: "waiting" | "running" | "blocked" | "done";
                        steps: {
                            finishedAt: string | null;
                            name: string;
                            /** @enum {string} */
                            state: "waiting" | "done";
                            touched: number;
                        }[];
                        userId: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1AdminPeopleUserIdExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Everything that is stored about a person, as JSON lines, streamed; the last line says `end`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1AdminPromotions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    /** Format: date-time */
                    from: string;
                    percentOff: number;
                    reason: string;
                    /** @default null */
                    tier?: ("standard" | "comfort" | "xl") | null;
                    /** Format: date-time */
                    until: string;
                };
            };
        };
        responses: {
            /** @description Adds a promotion under a code of its own; the same again changes nothing. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1AdminPromotionsCodeEnd: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Ends a promotion; one that is not there is ended already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminRegions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings of the region that this server serves: retention, currency, time zone, locale. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        regions: {
                            currency: string;
                            locale: string;
                            region: string;
                            retentionDays: number;
                            updatedAt: string | null;
                            version: number;
                            zone: string;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putV1AdminRegionsRegion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                region: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ISO 4217 */
                    currency: string;
                    /** @description BCP 47 */
                    locale: string;
                    reason: string;
                    retentionDays: number;
                    version: number;
                    /** @description IANA time zone */
                    zone: string;
                };
            };
        };
        responses: {
            /** @description Sets them. A shorter retention also shortens the life of what is stored; everywhere in force after 30 s. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        currency: string;
                        locale: string;
                        region: string;
                        retentionDays: number;
                        updatedAt: string | null;
                        version: number;
                        zone: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminRevocations: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tokens that are void before their time, newest first; each goes by itself when the last has run out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        revocations: {
                            /** Format: date-time */
                            at?: string;
                            /** Format: date-time */
                            expireAt?: string;
                            id?: string;
                            /** @enum {string} */
                            kind?: "user" | "session";
                            /** Format: date-time */
                            notBefore?: string;
                            subject?: string;
                            userId?: string;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1AdminRiders: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                login?: string;
                state?: "active" | "suspended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Riders who have an account, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        riders: {
                            /** Format: date-time */
                            createdAt?: string;
                            login?: string | null;
                            name?: string;
                            riderId?: string;
                            /** @enum {string} */
                            state?: "active" | "suspended";
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1BucketEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    Records: {
                        eventName?: string;
                        s3: {
                            object: {
                                key: string;
                            };
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The bucket's own word that objects have arrived, beside `complete`: the same look, the same write. Authorization: Bearer with the shared secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        filed: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Catalogue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The services of this region: tiers, their tariffs, whether they are open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tiers: {
                            open: boolean;
                            tariff: {
                                /** @description the currency's minor units */
                                baseMinor: number;
                                currency: string;
                                /** @description the currency's minor units */
                                minimumMinor: number;
                                /** @description the currency's minor units */
                                perKmMinor: number;
                                /** @description the currency's minor units */
                                perMinuteMinor: number;
                            };
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                        }[];
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was put aside because it could not be done: how much, where, and why. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sources: {
                            byCause: {
                                [key: string]: number;
                            };
                            count: number;
                            counted: number;
                            /** @enum {string} */
                            kind: "stream" | "queue";
                            source: string;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DeadLettersSource: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dead letters of one source, oldest first, without what they hold. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        letters: {
                            /** Format: date-time */
                            at: string;
                            attempts: number | null;
                            boot?: string;
                            bytes?: number;
                            cause: string;
                            driverId?: string;
                            entry?: string;
                            id: string;
                            job?: string;
                            reason: string;
                            replayable: boolean;
                            seqs?: number[];
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DeadLettersSourceIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Puts one dead letter back on its way. Done twice it has one effect; what cannot be read is refused. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        outcome: "replayed" | "already" | "refused";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DeadLettersSourceReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /** @default 100 */
                    limit?: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The same for a batch, oldest first. What cannot be read stays, and `next` goes on after it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        already: number;
                        next: string | null;
                        refused: number;
                        replayed: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DevTrips: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    at: string;
                    driverId: string;
                    dropoff: {
                        lat: number;
                        lng: number;
                    };
                    pickup: {
                        lat: number;
                        lng: number;
                    };
                    riderId: string;
                    tripId: string;
                };
            };
        };
        responses: {
            /** @description Opens a trip that its driver is already on (development only). Repeated, it answers the same trip. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        driverId: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DevTripsTripIdClose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    at: string;
                };
            };
        };
        responses: {
            /** @description Ends an imported trip (development only). Repeated, it answers the ended trip. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        driverId: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putV1DevicesDeviceId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    locale?: string;
                    /** @enum {string} */
                    platform: "android" | "ios" | "web";
                    token: string;
                };
            };
        };
        responses: {
            /** @description Where the caller's phone can be woken up. A token that another user had leaves that one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        /** @enum {string} */
                        platform: "android" | "ios" | "web";
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteV1DevicesDeviceId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Takes the caller's phone off: at sign-out. Repeats change nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        /** @constant */
                        removed: true;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DocumentReviews: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Documents that wait for a person, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            /** @enum {string} */
                            contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                            /** Format: date-time */
                            createdAt: string;
                            documentId: string;
                            expiresAt: string | null;
                            facts: {
                                [key: string]: string | number | boolean;
                            } | null;
                            rejection: {
                                /** @enum {string} */
                                code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                text: string;
                            } | null;
                            review: {
                                at: string | null;
                                reason: string | null;
                                /** @enum {string} */
                                state: "pending" | "approved" | "rejected" | "lapsed";
                            } | null;
                            size: number;
                            /** @enum {string} */
                            status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                            /** @enum {string} */
                            type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                            /** Format: date-time */
                            updatedAt: string;
                            userId: string;
                            validUntil: string | null;
                            version: number;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DocumentReviewsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reviews: {
                        /** @enum {string} */
                        decision: "approve" | "reject";
                        documentId: string;
                        reason?: string;
                        /** Format: date-time */
                        validUntil?: string;
                        version: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description Up to 100 decisions, one after the other: one result each, in the order given. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                /** @enum {string} */
                                contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                                /** Format: date-time */
                                createdAt: string;
                                documentId: string;
                                expiresAt: string | null;
                                facts: {
                                    [key: string]: string | number | boolean;
                                } | null;
                                rejection: {
                                    /** @enum {string} */
                                    code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                    text: string;
                                } | null;
                                review: {
                                    at: string | null;
                                    reason: string | null;
                                    /** @enum {string} */
                                    state: "pending" | "approved" | "rejected" | "lapsed";
                                } | null;
                                size: number;
                                /** @enum {string} */
                                status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                                /** @enum {string} */
                                type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                                /** Format: date-time */
                                updatedAt: string;
                                userId: string;
                                validUntil: string | null;
                                version: number;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Documents: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                status?: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Documents, newest first, a page at a time. Drivers and riders see their own. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            /** @enum {string} */
                            contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                            /** Format: date-time */
                            createdAt: string;
                            documentId: string;
                            expiresAt: string | null;
                            facts: {
                                [key: string]: string | number | boolean;
                            } | null;
                            rejection: {
                                /** @enum {string} */
                                code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                text: string;
                            } | null;
                            review: {
                                at: string | null;
                                reason: string | null;
                                /** @enum {string} */
                                state: "pending" | "approved" | "rejected" | "lapsed";
                            } | null;
                            size: number;
                            /** @enum {string} */
                            status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                            /** @enum {string} */
                            type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                            /** Format: date-time */
                            updatedAt: string;
                            userId: string;
                            validUntil: string | null;
                            version: number;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1Documents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                    /** @default 300 */
                    expiresInSeconds?: number;
                    sha256: string;
                    size: number;
                    /** @enum {string} */
                    type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                };
            };
        };
        responses: {
            /** @description Asks for a form to upload one file: it takes this size, type and SHA-256 and nothing else. Post its fields, then the file. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        curl: string;
                        documentId: string;
                        /** Format: date-time */
                        expiresAt: string;
                        fields: {
                            [key: string]: string;
                        };
                        key: string;
                        /** Format: uri */
                        presignedUrl: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DocumentsDocumentId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One document, for its owner and operators; once it has been checked with addresses of the cleaned copy that work for five minutes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                        /** Format: date-time */
                        createdAt: string;
                        documentId: string;
                        expiresAt: string | null;
                        facts: {
                            [key: string]: string | number | boolean;
                        } | null;
                        links: {
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: uri */
                            file: string;
                            thumbnail: string | null;
                        } | null;
                        rejection: {
                            /** @enum {string} */
                            code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                            text: string;
                        } | null;
                        review: {
                            at: string | null;
                            reason: string | null;
                            /** @enum {string} */
                            state: "pending" | "approved" | "rejected" | "lapsed";
                        } | null;
                        size: number;
                        /** @enum {string} */
                        status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                        /** @enum {string} */
                        type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                        /** Format: date-time */
                        updatedAt: string;
                        userId: string;
                        validUntil: string | null;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DocumentsDocumentIdComplete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Says that the file was uploaded. It is looked for, filed and put into the queue; a repeat has no second effect. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code?: "SCALE_001";
                        documentId: string;
                        estimatedWaitMs: number;
                        jobId: string;
                        queuePosition: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DocumentsDocumentIdReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "reject";
                    reason?: string;
                    /** Format: date-time */
                    validUntil?: string;
                    version: number;
                };
            };
        };
        responses: {
            /** @description Approves or rejects a document at the version that was looked at; a later decision replaces it. Both stand in the audit log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                        /** Format: date-time */
                        createdAt: string;
                        documentId: string;
                        expiresAt: string | null;
                        facts: {
                            [key: string]: string | number | boolean;
                        } | null;
                        rejection: {
                            /** @enum {string} */
                            code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                            text: string;
                        } | null;
                        review: {
                            at: string | null;
                            reason: string | null;
                            /** @enum {string} */
                            state: "pending" | "approved" | "rejected" | "lapsed";
                        } | null;
                        size: number;
                        /** @enum {string} */
                        status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                        /** @enum {string} */
                        type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                        /** Format: date-time */
                        updatedAt: string;
                        userId: string;
                        validUntil: string | null;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DriversDriverIdLedger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of every fix of a driver, by start of the app: stored, refused by reason, missing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        boots: {
                            boot: string;
                            /** Format: date-time */
                            from: string;
                            highestSeq: number;
                            lowestSeq: number;
                            missing: number[][];
                            received: number;
                            refused: number;
                            refusedBy: {
                                [key: string]: number;
                            };
                            stored: number;
                            /** Format: date-time */
                            to: string;
                            /** @enum {string} */
                            verdict: "complete" | "missing";
                        }[];
                        driverId: string;
                        /** @enum {string} */
                        verdict: "complete" | "missing" | "empty";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DriversDriverIdTrack: {
        parameters: {
            query: {
                cursor?: string;
                format?: "geojson" | "gpx" | "csv";
                from: string;
                limit?: number;
                refused?: boolean;
                to: string;
            };
            header?: never;
            path: {
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A driver's fixes from `from` to before `to`, in order of time; pages follow by the Link header. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": unknown;
                    "application/gpx+xml": string;
                    "text/csv": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DriversBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    driverIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 100 drivers by id: one result each, in the order asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                /** Format: date-time */
                                createdAt: string;
                                driverId: string;
                                lastFixAt: string | null;
                                login: string | null;
                                name: string;
                                /** @enum {string} */
                                state: "active" | "suspended";
                                status: ("available" | "busy" | "offline") | null;
                                tier: string;
                                vehicle: {
                                    description: string;
                                    id: string;
                                    plate: string;
                                } | null;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1DriversMeFixes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    boot: string;
                    fixes: [
                        number,
                        number | null | string,
                        number | null | string,
                        number | null | string
                    ][];
                    lowest?: number;
                };
            };
        };
        responses: {
            /** @description The batch of `location:update` over HTTP, for phones whose network lets no socket through. Answered after the append. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ack: {
                            boot: string;
                            durable: number;
                            gaps: number[][];
                            received: number;
                        };
                        refused: {
                            seq: number;
                            /** @enum {string} */
                            verdict: "ok" | "range" | "null_island" | "accuracy" | "future" | "stale" | "duplicate" | "implausible" | "mock";
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1DriversSearch: {
        parameters: {
            query: {
                lat: number;
                limit?: number;
                lng: number;
                radius?: number;
                status?: "available" | "busy";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The drivers of one status nearest to a point, heard of within the freshness window, as of a few seconds ago at most. Riders see them blurred. For display: matching looks for itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        drivers: {
                            ageMs: number;
                            /** Format: date-time */
                            at: string;
                            distanceMetres: number;
                            driverId?: string;
                            heading: number | null;
                            lat: number;
                            lng: number;
                            speed: number | null;
                        }[];
                        warming: boolean;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Errors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The closed list of error codes: status, whether trying again helps, text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: {
                            retry: string;
                            status: number;
                            text: string;
                        };
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Fares: {
        parameters: {
            query: {
                dropoffLat: number;
                dropoffLng: number;
                pickupLat: number;
                pickupLng: number;
                tier?: "standard" | "comfort" | "xl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a ride is estimated to cost, with the best promotion that holds now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        currency: string;
                        /** @description the currency's minor units */
                        estimateMinor: number;
                        /** @description the currency's minor units */
                        fareMinor: number;
                        open: boolean;
                        promotion: string | null;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Jobs: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                queue?: string;
                status?: "waiting" | "active" | "completed" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs of one queue by status, newest first. The queue moves meanwhile: a page may repeat what moved. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: {
                            attempts: number;
                            /** Format: date-time */
                            createdAt: string;
                            failedReason: string | null;
                            id: string;
                            maxAttempts: number;
                            processedAt: string | null;
                            /** @enum {string} */
                            status: "waiting" | "active" | "completed" | "failed";
                            type: string;
                        }[];
                        next: string | null;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1JobsJobId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a job stands: for the owner of the document that it is about, and for operators. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        /** Format: date-time */
                        createdAt: string;
                        failedReason: string | null;
                        id: string;
                        maxAttempts: number;
                        processedAt: string | null;
                        /** @enum {string} */
                        status: "waiting" | "active" | "completed" | "failed";
                        type: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchV1Me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                    version: number;
                };
            };
        };
        responses: {
            /** @description Changes the name, or the vehicle of a driver, if the version is the one that was read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1MePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Another password: every session ends, and a new one begins with the answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1MePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the caller prefers; version 0 while nothing was set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description BCP 47 */
                        locale: string;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
                        /** @enum {string} */
                        units: "metric" | "imperial";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putV1MePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    locale: string;
                    /** @enum {string} */
                    tier: "standard" | "comfort" | "xl";
                    /** @enum {string} */
                    units: "metric" | "imperial";
                    version: number;
                };
            };
        };
        responses: {
            /** @description Sets them, if they are still those that were read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description BCP 47 */
                        locale: string;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
                        /** @enum {string} */
                        units: "metric" | "imperial";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Notifications: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's own notifications, newest first, a page at a time. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        notifications: {
                            ackedAt: string | null;
                            body: string;
                            /** Format: date-time */
                            createdAt: string;
                            data: {
                                [key: string]: unknown;
                            };
                            kind: string;
                            notificationId: string;
                            title: string;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1NotificationsNotificationIdAck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Says that the caller has a notification: it is not sent again. Repeats change nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        acked: true;
                        notificationId: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1OffersOfferIdAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                offerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    accept: boolean;
                    commandId: string;
                };
            };
        };
        responses: {
            /** @description A driver's answer to an offer; the same as `offer:answer` by socket. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1OpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This description of every route. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Promotions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Promotions that hold now or later. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1SignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Begins a session: an access token for 15 minutes and a refresh token. Accounts of all roles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1SignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Ends the session of a refresh token with its access tokens and sockets; one that has ended stays so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1SignOutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ends all of the caller's sessions, tokens and sockets, on every node. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Time: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server's domain clock, for phones that report over HTTP. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domainMs: number;
                        rate: number;
                        wallMs: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1Token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description The next access token and refresh token of a session. A refresh token is good once; one that comes again ends its session (but for a lost answer, within 10 s, once). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1Trips: {
        parameters: {
            query?: {
                cursor?: string;
                driverId?: string;
                fields?: string;
                limit?: number;
                open?: boolean;
                riderId?: string;
                state?: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Trips, newest first, a page at a time. Riders and drivers see their own. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        trips: {
                            driverId?: string | null;
                            dropoff?: {
                                lat: number;
                                lng: number;
                            };
                            endedAt?: string | null;
                            offers?: {
                                distanceMetres: number;
                                driverId: string;
                                endedAt: string | null;
                                etaSeconds: number;
                                /** Format: date-time */
                                expiresAt: string;
                                /** Format: date-time */
                                offeredAt: string;
                                offerId: string;
                                /** @enum {string} */
                                state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                            }[];
                            open?: boolean;
                            pickup?: {
                                lat: number;
                                lng: number;
                            };
                            reason?: string | null;
                            /** Format: date-time */
                            requestedAt?: string;
                            riderId?: string;
                            scheduledAt?: string | null;
                            slot?: ("active" | "queued") | null;
                            /** @enum {string} */
                            state?: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                            stops?: {
                                lat: number;
                                lng: number;
                            }[];
                            tier?: string;
                            tripId?: string;
                            version?: number;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1Trips: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dropoff: {
                        lat: number;
                        lng: number;
                    };
                    pickup: {
                        lat: number;
                        lng: number;
                    };
                    riderId?: string;
                    /** Format: date-time */
                    scheduledAt?: string;
                    /** @default [] */
                    stops?: {
                        lat: number;
                        lng: number;
                    }[];
                    /**
                     * @default standard
                     * @enum {string}
                     */
                    tier?: "standard" | "comfort" | "xl";
                    /** Format: uuid */
                    tripId: string;
                };
            };
        };
        responses: {
            /** @description Asks for a trip. Its id is the client's: a repeat answers the same trip with 200. Answered at once as `searching` or `scheduled`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1TripsTripId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One trip, for its rider, its driver and operators. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        driverId: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1TripsTripIdAudit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What operators have done to a trip, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            action: string;
                            actor: {
                                id: string;
                                role: string;
                            };
                            /** Format: date-time */
                            at: string;
                            data: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1TripsTripIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commandId: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Calls a trip off: its rider, or an operator, who has to give a reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1TripsTripIdCandidates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every driver who was considered for a trip, each with one reason: why he, or why not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        byReason: {
                            [key: string]: number;
                        };
                        considered: number;
                        drivers: {
                            /** Format: date-time */
                            at: string;
                            distanceMetres: number | null;
                            driverId: string;
                            etaSeconds: number | null;
                            /** @enum {string} */
                            reason: "offered" | "accepted" | "declined" | "expired" | "undelivered" | "revoked" | "barred" | "stale" | "busy" | "on_offer" | "wrong_tier" | "documents_lacking" | "too_far" | "unreachable" | "not_nearest" | "lost_to_other" | "assigned_elsewhere" | "claim_failed";
                            rounds: number;
                        }[];
                        tripId: string;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1TripsTripIdCommands: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "arrived" | "start" | "pause" | "resume" | "stop_reached" | "complete" | "cancel" | "no_show";
                    /** Format: date-time */
                    at: string;
                    commandId: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description What a driver does on his trip; the same as `trip:command` by socket. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getV1TripsTripIdEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What has happened to a trip, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            /** @enum {string} */
                            actor: "rider" | "driver" | "operator" | "system";
                            at: number;
                            data: {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                            tripId: string;
                            type: string;
                            version: number;
                        }[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1TripsTripIdReassign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commandId: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Takes the driver off a trip that has not begun; it is searched for anew, without him. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1TripsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tripIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 100 trips by id: one result each, in the order asked. Riders and drivers find their own. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                driverId: string | null;
                                dropoff: {
                                    lat: number;
                                    lng: number;
                                };
                                endedAt: string | null;
                                offers?: {
                                    distanceMetres: number;
                                    driverId: string;
                                    endedAt: string | null;
                                    etaSeconds: number;
                                    /** Format: date-time */
                                    expiresAt: string;
                                    /** Format: date-time */
                                    offeredAt: string;
                                    offerId: string;
                                    /** @enum {string} */
                                    state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                                }[];
                                open: boolean;
                                pickup: {
                                    lat: number;
                                    lng: number;
                                };
                                reason: string | null;
                                /** Format: date-time */
                                requestedAt: string;
                                riderId: string;
                                scheduledAt: string | null;
                                slot: ("active" | "queued") | null;
                                /** @enum {string} */
                                state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                                stops: {
                                    lat: number;
                                    lng: number;
                                }[];
                                tier: string;
                                tripId: string;
                                version: number;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1Users: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client; the same request under the same key is done once and answered alike for 24 h. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    name: string;
                    password: string;
                    reason: string;
                    /** @enum {string} */
                    role: "driver" | "operator" | "admin";
                    /** @enum {string} */
                    tier?: "standard" | "comfort" | "xl";
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                };
            };
        };
        responses: {
            /** @description Makes an account of an operator, an admin or a driver, with a reason. Its login is the key: a repeat is CONFLICT. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1UsersUserIdReinstate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Lets a suspended user sign in again, with a reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1UsersUserIdRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Ends all of a user's sessions, tokens and sockets, with a reason. He may sign in again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postV1UsersUserIdSuspend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Keeps a user out, at once and until he is reinstated, with a reason. Not oneself, not the last admin. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
