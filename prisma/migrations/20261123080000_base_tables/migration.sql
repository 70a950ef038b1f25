-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "users" (
    "id" BIGINT NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "email" TEXT,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "do_not_call" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "claims" (
    "id" BIGINT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "signature_missing_since" TIMESTAMPTZ(3),
    "signature_type" TEXT,

    CONSTRAINT "claims_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "requirements" (
    "id" BIGSERIAL NOT NULL,
    "claim_id" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "requirements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_call_scores" (
    "user_id" BIGINT NOT NULL,
    "current_score" INTEGER NOT NULL DEFAULT 0,
    "current_queue_type" TEXT,
    "next_call_after" TIMESTAMPTZ(3),
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "total_attempts" INTEGER NOT NULL DEFAULT 0,
    "last_outcome" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_call_scores_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "agents" (
    "id" SERIAL NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "inactive_since" TIMESTAMPTZ(3),
    "is_ai_agent" BOOLEAN NOT NULL DEFAULT false,
    "allowed_queues" TEXT[],
    "team" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_sessions" (
    "id" BIGSERIAL NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "last_activity" TIMESTAMPTZ(3) NOT NULL,
    "login_at" TIMESTAMPTZ(3) NOT NULL,
    "logout_at" TIMESTAMPTZ(3),

    CONSTRAINT "agent_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callbacks" (
    "id" SERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "scheduled_for" TIMESTAMPTZ(3) NOT NULL,
    "promised_for" TIMESTAMPTZ(3) NOT NULL,
    "promised_local" TIMESTAMP(3) NOT NULL,
    "promised_zone" TEXT NOT NULL,
    "callback_reason" TEXT,
    "preferred_agent_id" INTEGER,
    "original_call_session_id" BIGINT,
    "completed_call_session_id" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "snoozes" INTEGER NOT NULL DEFAULT 0,
    "snoozed_at" TIMESTAMPTZ(3)[],
    "accepted_by_agent_id" INTEGER,
    "accepted_at" TIMESTAMPTZ(3),
    "completed_by_agent_id" INTEGER,
    "completed_at" TIMESTAMPTZ(3),
    "cancelled_by" TEXT,
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "failed_at" TIMESTAMPTZ(3),
    "released_by_agent_id" INTEGER,
    "released_until" TIMESTAMPTZ(3),
    "failed_ticks" INTEGER NOT NULL DEFAULT 0,
    "quarantined_at" TIMESTAMPTZ(3),
    "first_queued_at" TIMESTAMPTZ(3),
    "first_taken_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "event_seq" INTEGER NOT NULL DEFAULT 1,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "event_type" TEXT NOT NULL,
    "event_actor" TEXT NOT NULL,
    "event_why" TEXT NOT NULL,
    "event_data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "callbacks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callback_events" (
    "callback_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "from_status" TEXT,
    "to_status" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "changes" JSONB NOT NULL,

    CONSTRAINT "callback_events_pkey" PRIMARY KEY ("callback_id","seq")
);

-- CreateTable
CREATE TABLE "call_queue" (
    "id" SERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "claim_id" BIGINT,
    "queue_type" TEXT NOT NULL,
    "priority_score" INTEGER NOT NULL,
    "queue_position" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "queue_reason" TEXT NOT NULL,
    "assigned_to_agent_id" INTEGER,
    "assigned_at" TIMESTAMPTZ(3),
    "callback_id" INTEGER,
    "named_callback_ids" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "available_from" TIMESTAMPTZ(3) NOT NULL,
    "call_session_id" BIGINT,
    "claimed_at" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_reason" TEXT,

    CONSTRAINT "call_queue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callback_notifications" (
    "id" BIGSERIAL NOT NULL,
    "callback_id" INTEGER NOT NULL,
    "queue_entry_id" INTEGER NOT NULL,
    "agent_id" INTEGER,
    "tick_run_id" BIGINT,
    "notified_at" TIMESTAMPTZ(3) NOT NULL,
    "why" TEXT NOT NULL,

    CONSTRAINT "callback_notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_sessions" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "agent_id" INTEGER,
    "callback_id" INTEGER,
    "queue_entry_id" INTEGER,
    "fence" INTEGER,
    "queue_type" TEXT,
    "direction" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "duration_seconds" INTEGER,
    "last_outcome_type" TEXT,
    "outcome_at" TIMESTAMPTZ(3),
    "outcome" JSONB,
    "notes" TEXT,
    "callback_scheduled" BOOLEAN NOT NULL DEFAULT false,
    "twilio_call_sid" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tick_runs" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "due" INTEGER NOT NULL,
    "newly_queued" INTEGER NOT NULL,
    "already_queued" INTEGER NOT NULL,
    "deferred" JSONB NOT NULL,
    "refused" JSONB NOT NULL,
    "quarantined" INTEGER NOT NULL,
    "upcoming" INTEGER NOT NULL,
    "overdue" INTEGER NOT NULL,
    "routed" INTEGER NOT NULL,
    "unassigned" INTEGER NOT NULL,
    "rerouted" INTEGER NOT NULL,
    "failures" JSONB NOT NULL,

    CONSTRAINT "tick_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "answer" JSONB,
    "replays" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "claims_user_id_idx" ON "claims"("user_id");

-- CreateIndex
CREATE INDEX "requirements_claim_id_idx" ON "requirements"("claim_id");

-- CreateIndex
CREATE UNIQUE INDEX "agents_email_is_unique" ON "agents"("email");

-- CreateIndex
CREATE INDEX "agent_sessions_agent_id_id_idx" ON "agent_sessions"("agent_id", "id" DESC);

-- CreateIndex
CREATE INDEX "callbacks_user_id_idx" ON "callbacks"("user_id");

-- CreateIndex
CREATE INDEX "callbacks_created_at_idx" ON "callbacks" USING BRIN ("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "callbacks_id_and_user" ON "callbacks"("id", "user_id");

-- CreateIndex
CREATE INDEX "callback_events_at_idx" ON "callback_events" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "call_queue_callback_id_idx" ON "call_queue"("callback_id");

-- CreateIndex
CREATE INDEX "call_queue_user_id_idx" ON "call_queue"("user_id");

-- CreateIndex
CREATE INDEX "callback_notifications_callback_id_idx" ON "callback_notifications"("callback_id");

-- CreateIndex
CREATE INDEX "call_sessions_user_id_idx" ON "call_sessions"("user_id");

-- CreateIndex
CREATE INDEX "call_sessions_callback_id_idx" ON "call_sessions"("callback_id");

-- CreateIndex
CREATE INDEX "call_sessions_started_at_idx" ON "call_sessions"("started_at");

-- CreateIndex
CREATE INDEX "tick_runs_started_at_idx" ON "tick_runs"("started_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- AddForeignKey
ALTER TABLE "claims" ADD CONSTRAINT "claims_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "requirements" ADD CONSTRAINT "requirements_claim_id_fkey" FOREIGN KEY ("claim_id") REFERENCES "claims"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_call_scores" ADD CONSTRAINT "user_call_scores_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

